-- Derives an order's status from the units of its lines by fate, its open holds and the states of its work: the one
-- place where this is decided. What is gone counts first, then what stops, then what is under way.
CREATE OR REPLACE FUNCTION orders_status(
    p_queued bigint, p_backordered bigint, p_planned bigint, p_shipped bigint, p_on_hold boolean, p_worked_on boolean
) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN p_queued + p_backordered + p_planned = 0 AND p_shipped > 0 THEN 'SHIPPED'
        WHEN p_queued + p_backordered + p_planned = 0 THEN 'CANCELLED'
        WHEN p_on_hold THEN 'HELD'
        WHEN p_shipped > 0 THEN 'PARTLY_SHIPPED'
        WHEN p_planned > 0 AND p_worked_on THEN 'IN_PROGRESS'
        WHEN p_planned > 0 THEN 'PLANNED'
        WHEN p_queued > 0 THEN 'QUEUED'
        ELSE 'BACKORDERED'
    END
$$;
