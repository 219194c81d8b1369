-- Trigger function of stock levels: lowers shortage to what is still missing once claims end, goods leave or goods come.
-- It never raises it: counts, feeds and adjustments do. Its WHEN clause is all that any other change costs.
-- Locks nothing.
CREATE OR REPLACE FUNCTION inventory_lower_shortage() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.shortage := greatest(0, NEW.reserved + NEW.unsellable - NEW.on_hand);
    RETURN NEW;
END $$;
