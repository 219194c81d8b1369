-- Writes orders with all that belongs to them, from one JSON array: one statement a table for any number of orders.
-- Ids of people and places are drawn first, so that orders can name them (foreign keys are checked at commit).
-- Locks: nothing but the rows it writes. The caller knows that the orders are not there yet (orders_intake_facts).
-- Returns the id of each order by its reference.
CREATE OR REPLACE FUNCTION orders_insert(p_at timestamptz, p_actor text, p_orders jsonb)
RETURNS TABLE (ref text, id bigint)
LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    v_orders jsonb;
    v_people jsonb;
BEGIN
    SELECT jsonb_agg(o.doc || jsonb_build_object(
               'id', nextval('orders_order_id_seq'),
               'customer_id', CASE WHEN o.doc ? 'customer' THEN nextval('orders_customer_contact_id_seq') END,
               'groups', (SELECT jsonb_agg(g.doc || jsonb_build_object(
                              'id', nextval('orders_fulfillment_group_id_seq'),
                              'ship_to_id', CASE WHEN g.doc ? 'ship_to' THEN nextval('orders_address_id_seq') END,
                              'pickup_person_id', CASE WHEN g.doc ? 'pickup_person'
                                                  THEN nextval('orders_customer_contact_id_seq') END) ORDER BY g.n)
                          FROM jsonb_array_elements(o.doc -> 'groups') WITH ORDINALITY g(doc, n))) ORDER BY o.n)
    INTO v_orders FROM jsonb_array_elements(p_orders) WITH ORDINALITY o(doc, n);

    SELECT jsonb_agg(x.doc) INTO v_people FROM (
        SELECT (o -> 'customer') || jsonb_build_object('id', o -> 'customer_id') AS doc
        FROM jsonb_array_elements(v_orders) o WHERE o ? 'customer'
        UNION ALL
        SELECT (g -> 'pickup_person') || jsonb_build_object('id', g -> 'pickup_person_id')
        FROM jsonb_array_elements(v_orders) o, jsonb_array_elements(o -> 'groups') g WHERE g ? 'pickup_person') x;
    INSERT INTO orders_customer_contact (id, external_ref, name, email, phone)
    SELECT p.id, p.external_ref, p.name, p.email, p.phone
    FROM jsonb_to_recordset(v_people) p(id bigint, external_ref text, name text, email text, phone text);

    INSERT INTO orders_address (id, name, line1, line2, city, region, postal_code, country, latitude, longitude)
    SELECT (g ->> 'ship_to_id')::bigint, a.name, a.line1, a.line2, a.city, a.region, a.postal_code, a.country, a.latitude,
           a.longitude
    FROM jsonb_array_elements(v_orders) o, jsonb_array_elements(o -> 'groups') g,
         jsonb_to_record(g -> 'ship_to') a(name text, line1 text, line2 text, city text, region text, postal_code text,
                                           country text, latitude float8, longitude float8)
    WHERE g ? 'ship_to';

    INSERT INTO orders_order (id, ref, channel_id, external_ref, body_hash, status, revision, priority, customer_id,
        customer_tier, currency, total_minor, charges_minor, tags, attributes, placed_at, accepted_at, not_before)
    SELECT o.id, o.ref, o.channel_id, o.external_ref, o.body_hash, o.status, 1, o.priority, o.customer_id,
           o.customer_tier, o.currency, o.total_minor, o.charges_minor,
           ARRAY(SELECT jsonb_array_elements_text(o.tags)), o.attributes, o.placed_at, p_at,
           o.not_before
    FROM jsonb_to_recordset(v_orders) o(id bigint, ref text, channel_id bigint, external_ref text, body_hash text,
        status text, priority integer, customer_id bigint, customer_tier text, currency text, total_minor bigint,
        charges_minor bigint, tags jsonb, attributes jsonb, placed_at timestamptz,
        not_before timestamptz);

    INSERT INTO orders_fulfillment_group (id, order_id, group_ref, method, node_id, ship_to_id, pickup_person_id,
        service_level, promised_by, allow_split, excluded_nodes)
    SELECT g.id, (o ->> 'id')::bigint, g.group_ref, g.method, g.node_id, g.ship_to_id, g.pickup_person_id,
           g.service_level, g.promised_by, g.allow_split, '{}'
    FROM jsonb_array_elements(v_orders) o, jsonb_to_recordset(o -> 'groups') g(id bigint, group_ref text, method text,
        node_id bigint, ship_to_id bigint, pickup_person_id bigint, service_level text, promised_by timestamptz,
        allow_split boolean);

    WITH drawn AS MATERIALIZED (
        SELECT nextval('orders_order_line_id_seq') AS id, x.* FROM (
            SELECT (o.doc ->> 'id')::bigint AS order_id, o.doc -> 'groups' AS groups, l.doc FROM
                jsonb_array_elements(v_orders) WITH ORDINALITY o(doc, n),
                jsonb_array_elements(o.doc -> 'lines') WITH ORDINALITY l(doc, n) ORDER BY o.n, l.n) x
    )
    INSERT INTO orders_order_line (id, order_id, group_id, parent_id, line_ref, kind, sku_id, sku_code, quantity, queued,
        backordered, planned, shipped, cancelled, returned, unit_price_minor, discount_minor, tax_minor, keep_together)
    SELECT d.id, d.order_id, (SELECT (g ->> 'id')::bigint FROM jsonb_array_elements(d.groups) g
                              WHERE g ->> 'group_ref' = l."group"),
           (SELECT b.id FROM drawn b WHERE b.order_id = d.order_id AND b.doc ->> 'line_ref' = l.parent),
           l.line_ref, l.kind, l.sku_id, l.sku, l.quantity,
           CASE WHEN l.kind IN ('PRODUCT', 'COMPONENT') THEN l.quantity ELSE 0 END, 0, 0,
           CASE WHEN l.kind IN ('PRODUCT', 'COMPONENT') THEN 0 ELSE l.quantity END, 0, 0,
           l.unit_price_minor, l.discount_minor, l.tax_minor, l.keep_together
    FROM drawn d, jsonb_to_record(d.doc) l(line_ref text, kind text, sku text, sku_id bigint, quantity integer,
        "group" text, parent text, unit_price_minor bigint, discount_minor bigint, tax_minor bigint, keep_together text)
    ORDER BY d.id;

    INSERT INTO orders_payment_entry (order_id, tender, kind, amount_minor, currency, reference, at)
    SELECT (o ->> 'id')::bigint, 'card', p.kind, p.amount_minor, o ->> 'currency', '', p_at
    FROM jsonb_array_elements(v_orders) o,
         jsonb_to_recordset(o -> 'payments') p(kind text, amount_minor bigint);

    INSERT INTO orders_hold (order_id, kind, owner, reason, due_at, placed_by, placed_at, released_by)
    SELECT (o ->> 'id')::bigint, h.kind, h.owner, h.reason, h.due_at, p_actor, p_at, ''
    FROM jsonb_array_elements(v_orders) o,
         jsonb_to_recordset(o -> 'holds') h(kind text, owner text, reason text, due_at timestamptz);

    INSERT INTO orders_routing_task (order_id, priority, not_before, attempts, alone, error)
    SELECT (o ->> 'id')::bigint, (o ->> 'priority')::integer,
           greatest(p_at, (o ->> 'not_before')::timestamptz), 0, false, ''
    FROM jsonb_array_elements(v_orders) WITH ORDINALITY x(o, n) WHERE (o ->> 'status') = 'QUEUED' ORDER BY n;

    INSERT INTO orders_order_change (order_id, kind, reason, actor, data, at)
    SELECT (o ->> 'id')::bigint, 'order.placed', '', p_actor, '{}', p_at FROM jsonb_array_elements(v_orders) o;

    RETURN QUERY SELECT o ->> 'ref', (o ->> 'id')::bigint FROM jsonb_array_elements(v_orders) o;
END $$;
