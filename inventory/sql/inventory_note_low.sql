-- Trigger function of stock levels: marks the instant at which what is free falls to the threshold or rises above it, and
-- writes stock.low or stock.recovered, once a crossing, in the transaction that crosses. Its WHEN clause is all that any
-- other change costs. The threshold is units, or a percent of on hand, rounded up, where that is more. A new threshold moves the mark without an event: the publication told that.
-- Locks nothing.
CREATE OR REPLACE FUNCTION inventory_note_low() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    v_low boolean := NEW.low_since IS NULL;
    v_sku text;
    v_node text;
BEGIN
    NEW.low_since := CASE WHEN v_low THEN now() END;
    IF OLD.low_at IS NOT DISTINCT FROM NEW.low_at AND OLD.low_percent = NEW.low_percent THEN
        NEW.low_revision := OLD.low_revision + 1;
        SELECT k.code, n.code INTO v_sku, v_node FROM inventory_sku k, inventory_node n
        WHERE k.id = NEW.sku_id AND n.id = NEW.node_id;
        PERFORM kernel_append_event(
            CASE WHEN v_low THEN 'stock.low' ELSE 'stock.recovered' END, 'stock_level', NEW.id::text, NEW.low_revision,
            v_node, jsonb_build_object('sku', v_sku, 'node', v_node, 'threshold',
                                       greatest(NEW.low_at, (NEW.on_hand::bigint * NEW.low_percent + 99) / 100), 'free', NEW.on_hand - NEW.unsellable - NEW.reserved));
    END IF;
    RETURN NEW;
END $$;
