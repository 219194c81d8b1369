-- Trigger function of kernel_config_version: a published version never changes; only its end may be written, once.
-- Locks nothing beyond the row that is being changed.
CREATE OR REPLACE FUNCTION kernel_guard_config_version() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'PUBLISHED' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.live_until IS NULL AND NEW.live_until IS NOT NULL
       AND (NEW.id, NEW.kind, NEW.scope, NEW.number, NEW.status, NEW.body, NEW.digest, NEW.live_from,
            NEW.author, NEW.note, NEW.created_at)
         = (OLD.id, OLD.kind, OLD.scope, OLD.number, OLD.status, OLD.body, OLD.digest, OLD.live_from,
            OLD.author, OLD.note, OLD.created_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A published configuration version never changes' USING ERRCODE = 'restrict_violation';
END $$;
