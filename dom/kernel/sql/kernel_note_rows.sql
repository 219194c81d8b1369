-- Trigger function of tables whose rows have a code: writes down what a statement created, changed or removed, a row
-- each, columns from what to what. TG_ARGV[0] is the kind of thing. A row written over with the same values is no change.
-- Locks nothing.
CREATE OR REPLACE FUNCTION kernel_note_rows() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM kernel_note_change(TG_ARGV[0], n.code, 'CHANGED', d.fields)
        FROM after_rows n JOIN before_rows o USING (id)
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(a.key, jsonb_build_array(b.value, a.value)) AS fields
            FROM jsonb_each(to_jsonb(n)) a JOIN jsonb_each(to_jsonb(o)) b USING (key)
            WHERE a.value IS DISTINCT FROM b.value) d
        WHERE n IS DISTINCT FROM o ORDER BY n.code;
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM kernel_note_change(TG_ARGV[0], n.code, 'CREATED', '{}') FROM after_rows n ORDER BY n.code;
    ELSE
        PERFORM kernel_note_change(TG_ARGV[0], o.code, 'REMOVED', '{}') FROM before_rows o ORDER BY o.code;
    END IF;
    RETURN NULL;
END $$;
