-- Drops the monthly partition of a table; of events it first notes the last position that is dropped.
-- Locks: the parent, for the moment of the detachment (a partition beside a default one cannot leave concurrently), then
-- the one row of kernel_event_sequence, which is a shared counter and comes last.
CREATE OR REPLACE FUNCTION kernel_retire_partition(p_table text, p_month date) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_name text := p_table || '_' || to_char(p_month, 'YYYY_MM');
    v_last bigint;
BEGIN
    EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', p_table, v_name);
    IF p_table = 'kernel_event' THEN
        EXECUTE format('SELECT max(position) FROM %I', v_name) INTO v_last;
        UPDATE kernel_event_sequence SET forgotten = GREATEST(forgotten, v_last) WHERE id = 1 AND v_last IS NOT NULL;
    END IF;
    EXECUTE format('DROP TABLE %I', v_name);
END $$;
