-- Writes one change of master data down, with the actor and time that the transaction was signed with.
-- Locks nothing.
CREATE OR REPLACE FUNCTION kernel_note_change(p_kind text, p_code text, p_verb text, p_fields jsonb) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO kernel_change (at, actor, kind, code, verb, fields, note)
    VALUES (coalesce(nullif(current_setting('dom.at', true), '')::timestamptz, now()),
            coalesce(current_setting('dom.actor', true), ''), p_kind, p_code, p_verb, p_fields, '');
$$;
