-- Creates the monthly partitions of a table that is partitioned by range on "at", and its default partition.
-- Locks: the parent, for the moment of each attachment. Safe to call again and beside itself.
CREATE OR REPLACE FUNCTION kernel_ensure_partitions(p_table text, p_from date, p_months integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_month date := date_trunc('month', p_from)::date;
    v_name text;
    v_created integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('kernel_ensure_partitions ' || p_table));
    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I DEFAULT', p_table || '_default', p_table);
    FOR i IN 1..p_months LOOP
        v_name := p_table || '_' || to_char(v_month, 'YYYY_MM');
        IF to_regclass(v_name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                           v_name, p_table, v_month::timestamp AT TIME ZONE 'UTC',
                           (v_month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
            v_created := v_created + 1;
        END IF;
        v_month := (v_month + interval '1 month')::date;
    END LOOP;
    RETURN v_created;
END $$;
