-- Trigger function of channel quotas: writes down a quota that was set. The use of a quota is no change of it.
-- Locks nothing.
CREATE OR REPLACE FUNCTION inventory_note_quota() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kernel_note_change('quotas', c.code || ' · ' || s.code,
        CASE TG_OP WHEN 'INSERT' THEN 'CREATED' ELSE 'CHANGED' END,
        jsonb_build_object('quota', jsonb_build_array(CASE TG_OP WHEN 'UPDATE' THEN OLD.quota END, NEW.quota)))
    FROM inventory_channel c, inventory_sku s WHERE c.id = NEW.channel_id AND s.id = NEW.sku_id;
    RETURN NULL;
END $$;
