-- Returns the newest orders that a person may mean by a few characters, at most p_limit of each way to mean one; an
-- order may come twice.
-- Locks: nothing; reads only.
--
-- References, tracking numbers, customers' numbers and SKUs are one look into an index each; one that names its order
-- exactly ends the search. For parts of names and e-mail addresses the newest p_window orders are a sample: a word that
-- many of them hold is sought on from the newest order backwards, where it soon fills the list; any other word is rare,
-- and the trigram index, which reads every match, has few to read. So neither kind reads the whole table, whatever the
-- planner believes of the word: what it must not turn round stands in an ARRAY. Note: 0.5 % is where both cost the same
-- at a few million orders.
CREATE OR REPLACE FUNCTION orders_search(p_text text, p_limit integer, p_window integer)
RETURNS SETOF bigint
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    v_upper text := upper(p_text);
    v_literal text := replace(replace(replace(p_text, '\', '\\'), '%', '\%'), '_', '\_');
    v_part text := '%' || regexp_replace(v_literal, '\s+', '%', 'g') || '%';
    v_begin text := upper(v_literal) || '%';
    v_digits text := regexp_replace(p_text, '\D', '', 'g');
    v_found bigint;
    v_newest integer;
    v_phone boolean := p_text ~ '^[-+0-9 ().]+$' AND length(v_digits) >= 6;
BEGIN
    RETURN QUERY
        SELECT o.id FROM orders_order o WHERE o.ref = v_upper
        UNION ALL
        SELECT o.id FROM inventory_channel c
        JOIN orders_order o ON o.channel_id = c.id AND o.external_ref IN (p_text, v_upper)
        UNION ALL
        SELECT f.order_id FROM orders_fulfillment_order f WHERE f.ref = v_upper
        UNION ALL
        SELECT f.order_id FROM orders_shipment s
        JOIN orders_fulfillment_order f ON f.id = s.fulfillment_order_id WHERE s.ref = v_upper
        UNION ALL
        SELECT f.order_id FROM orders_package p JOIN orders_shipment s ON s.id = p.shipment_id
        JOIN orders_fulfillment_order f ON f.id = s.fulfillment_order_id
        WHERE p.tracking_number IN (p_text, v_upper) AND p.tracking_number <> '';
    IF FOUND OR length(p_text) < 3 THEN
        RETURN;
    END IF;
    RETURN QUERY
        (SELECT o.id FROM orders_order o WHERE o.ref LIKE v_begin ORDER BY o.ref LIMIT p_limit)
        UNION ALL
        (SELECT f.order_id FROM orders_fulfillment_order f
         WHERE f.ref LIKE v_begin ORDER BY f.ref LIMIT p_limit)
        UNION ALL
        (SELECT o.id FROM orders_order o WHERE o.customer_id = ANY (ARRAY(
             SELECT c.id FROM orders_customer_contact c
             WHERE c.external_ref IN (p_text, v_upper) AND c.external_ref <> ''))
         ORDER BY o.id DESC LIMIT p_limit)
        UNION ALL
        (SELECT l.order_id FROM orders_order_line l
         WHERE l.sku_id = (SELECT k.id FROM inventory_sku k WHERE k.code IN (p_text, v_upper) LIMIT 1)
         ORDER BY l.order_id DESC LIMIT p_limit);
    IF v_phone THEN
        RETURN QUERY
            SELECT o.id FROM orders_order o WHERE o.customer_id = ANY (ARRAY(
                SELECT c.id FROM orders_customer_contact c
                WHERE regexp_replace(c.phone, '\D', '', 'g') LIKE '%' || v_digits || '%'))
            ORDER BY o.id DESC LIMIT p_limit;
    END IF;
    FOREACH v_newest IN ARRAY ARRAY[p_window, 30 * p_window] LOOP
        RETURN QUERY
            SELECT o.id
            FROM (SELECT x.id, x.customer_id, x.external_ref FROM orders_order x ORDER BY x.id DESC LIMIT v_newest) o
            LEFT JOIN orders_customer_contact c ON c.id = o.customer_id
            WHERE c.name ILIKE v_part OR c.email ILIKE v_part OR o.external_ref ILIKE v_part
            ORDER BY o.id DESC LIMIT p_limit;
        GET DIAGNOSTICS v_found = ROW_COUNT;
        IF v_found >= p_limit THEN
            RETURN;
        END IF;
        EXIT WHEN v_found * 200 < v_newest;
    END LOOP;
    RETURN QUERY
        (SELECT o.id FROM orders_order o WHERE o.customer_id = ANY (ARRAY(
             SELECT c.id FROM orders_customer_contact c WHERE c.name ILIKE v_part OR c.email ILIKE v_part))
         ORDER BY o.id DESC LIMIT p_limit)
        UNION ALL
        (SELECT x.id FROM inventory_channel c CROSS JOIN LATERAL (
             SELECT o.id FROM orders_order o
             WHERE o.channel_id = c.id AND o.external_ref LIKE v_literal || '%' ORDER BY o.external_ref LIMIT p_limit) x);
END $$;
