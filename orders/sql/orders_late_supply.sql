-- Returns claims on incoming supply that their orders do not accept any more, with the reason: OVERDUE where nothing
-- came since p_overdue; LATE where it comes after the order ends by itself, or was moved beyond the promise after the
-- claim was made. A claim made in the knowledge of a late date stays: late is better than never.
-- Reads only.
CREATE OR REPLACE FUNCTION orders_late_supply(p_overdue timestamptz, p_limit integer)
RETURNS TABLE (demand_ref text, line_ref text, sku_id bigint, supply_id bigint, reason text)
LANGUAGE sql STABLE
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
SELECT c.demand_ref::text, c.line_ref::text, c.sku_id, c.supply_id,
       CASE WHEN s.expected_at < p_overdue THEN 'SUPPLY_OVERDUE' ELSE 'SUPPLY_LATE' END
FROM inventory_reservation c JOIN inventory_incoming_supply s ON s.id = c.supply_id
JOIN orders_order o ON o.ref = split_part(c.demand_ref, ':', 1)
JOIN orders_fulfillment_group g ON g.order_id = o.id AND o.ref || ':' || g.group_ref = c.demand_ref
WHERE c.supply_id IS NOT NULL AND c.demand_ref LIKE 'O-%' AND s.closed_at IS NULL
  AND (s.expected_at < p_overdue OR s.expected_at > o.auto_cancel_at
       OR (s.expected_at > g.promised_by AND c.created_at < s.rescheduled_at))
ORDER BY c.id LIMIT p_limit
$$;
