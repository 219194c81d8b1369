-- Gives committed events their dense positions, oldest id first; returns how many it placed.
-- One at a time: the row of kernel_event_sequence is the lock, taken first. A second caller returns 0 at once.
-- A row that is not committed is invisible here and gets a later position, so no reader ever sees p before p - 1.
CREATE OR REPLACE FUNCTION kernel_sequence_events(p_limit integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_last bigint;
    v_placed integer;
BEGIN
    INSERT INTO kernel_event_sequence (id, position) VALUES (1, 0) ON CONFLICT (id) DO NOTHING;
    SELECT position INTO v_last FROM kernel_event_sequence WHERE id = 1 FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    WITH waiting AS MATERIALIZED (
        SELECT id, at FROM kernel_event WHERE position IS NULL ORDER BY id LIMIT p_limit
    ), numbered AS MATERIALIZED (
        SELECT id, at, v_last + row_number() OVER (ORDER BY id) AS position FROM waiting
    )
    UPDATE kernel_event e SET position = n.position FROM numbered n WHERE e.id = n.id AND e.at = n.at;
    GET DIAGNOSTICS v_placed = ROW_COUNT;
    UPDATE kernel_event_sequence SET position = v_last + v_placed WHERE id = 1;
    RETURN v_placed;
END $$;
