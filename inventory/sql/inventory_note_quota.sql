-- Trigger function of channel quotas: writes down a quota that was set or ended. The use of a quota is no change of it.
-- Locks nothing.
CREATE OR REPLACE FUNCTION inventory_note_quota() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kernel_note_change('quotas', c.code || ' · ' || s.code,
        CASE TG_OP WHEN 'INSERT' THEN 'CREATED' WHEN 'DELETE' THEN 'REMOVED' ELSE 'CHANGED' END,
        jsonb_build_object('quota', jsonb_build_array(CASE WHEN TG_OP <> 'INSERT' THEN OLD.quota END,
                                                      CASE WHEN TG_OP <> 'DELETE' THEN NEW.quota END)))
    FROM inventory_channel c, inventory_sku s
    WHERE c.id = coalesce(NEW.channel_id, OLD.channel_id) AND s.id = coalesce(NEW.sku_id, OLD.sku_id);
    RETURN NULL;
END $$;
