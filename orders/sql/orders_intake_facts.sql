-- Locks the references of orders that come in, then reads what intake needs: one row a fact, by its kind.
-- CHANNEL, NODE, SKU by code; ORDER by its place from 1 among p_channels/p_external: an order that is there already;
-- TWIN by place: another order of the same customer over the same sum since p_since; CLAIM by cart reference: one
-- open claim of it (id is the SKU's).
-- Locks: advisory locks of this function's own class, in the order of their keys, before anything is read. Two intakes
-- of one reference queue up here: the later one sees the earlier one's order. 1,024 keys at most, so that a bulk
-- intake cannot fill the lock table; two references that share a key only wait.
CREATE OR REPLACE FUNCTION orders_intake_facts(
    p_channels text[], p_external text[], p_customers text[], p_totals bigint[], p_since timestamptz,
    p_nodes text[], p_skus text[], p_reservations text[], p_at timestamptz
) RETURNS TABLE (kind text, code text, id bigint, facts jsonb)
LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    v_key integer;
BEGIN
    FOR v_key IN SELECT DISTINCT hashtext(k.channel || chr(10) || k.external) & 1023
                 FROM unnest(p_channels, p_external) k(channel, external) ORDER BY 1 LOOP
        PERFORM pg_advisory_xact_lock(7040001, v_key);
    END LOOP;
    RETURN QUERY SELECT 'CHANNEL', c.code::text, c.id,
            jsonb_build_object('currency', c.currency, 'country', c.country, 'accept', c.accept, 'is_active', c.is_active,
                               'fraud_score', CASE WHEN c.fraud_screening THEN c.fraud_score END)
        FROM inventory_channel c WHERE c.code = ANY (p_channels);
    RETURN QUERY SELECT 'NODE', n.code::text, n.id, NULL::jsonb FROM inventory_node n WHERE n.code = ANY (p_nodes);
    RETURN QUERY SELECT 'SKU', s.code::text, s.id,
            jsonb_build_object('is_active', s.is_active, 'export_controlled', s.export_controlled,
                               'tags', to_jsonb(s.tags))
        FROM inventory_sku s WHERE s.code = ANY (p_skus);
    RETURN QUERY SELECT 'ORDER', k.place::text, o.id, jsonb_build_object('ref', o.ref, 'body_hash', o.body_hash)
        FROM unnest(p_channels, p_external) WITH ORDINALITY k(channel, external, place)
        JOIN inventory_channel c ON c.code = k.channel
        JOIN orders_order o ON o.channel_id = c.id AND o.external_ref = k.external;
    RETURN QUERY SELECT 'TWIN', k.place::text, max(o.id), jsonb_build_object('ref', max(o.ref))
        FROM unnest(p_channels, p_external, p_customers, p_totals)
             WITH ORDINALITY k(channel, external, customer, total, place)
        JOIN orders_customer_contact p ON p.external_ref = k.customer
        JOIN orders_order o ON o.customer_id = p.id AND o.total_minor = k.total AND o.external_ref <> k.external
             AND o.accepted_at > p_since AND o.status <> 'CANCELLED'
        JOIN inventory_channel c ON c.id = o.channel_id AND c.code = k.channel
        WHERE k.customer <> '' GROUP BY k.place;
    RETURN QUERY SELECT 'CLAIM', r.demand_ref::text, r.sku_id,
            jsonb_build_object('line_ref', r.line_ref, 'node_id', r.node_id, 'supply_id', r.supply_id,
                               'quantity', r.quantity, 'channel', c.code,
                               'lapsed', coalesce(r.expires_at <= p_at, false))
        FROM inventory_reservation r JOIN inventory_channel c ON c.id = r.channel_id
        WHERE r.demand_ref = ANY (p_reservations)
        ORDER BY r.demand_ref, r.line_ref, r.sku_id, r.node_id;
END $$;
