-- Writes one event in the caller's transaction, for triggers that see a change which no service names. The sequencer is
-- not rung: its sweep places the event within a second.
-- Locks nothing.
CREATE OR REPLACE FUNCTION kernel_append_event(
    p_kind text, p_entity text, p_ref text, p_revision integer, p_node text, p_data jsonb
) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO kernel_event (at, kind, entity, entity_ref, revision, channel, node, data)
    VALUES (now(), p_kind, p_entity, p_ref, p_revision, '', p_node, p_data);
$$;
