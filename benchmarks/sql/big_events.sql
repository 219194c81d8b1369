-- Every revision of the orders from lo to hi and of their work as an event with its position.
INSERT INTO kernel_event (at, position, kind, entity, entity_ref, revision, channel, node, data)
SELECT at, row_number() OVER (ORDER BY n, at, entity, revision) + coalesce((SELECT position FROM kernel_event_sequence), 0), kind,
    entity, ref, revision, channel, node, data
FROM (
    SELECT o.n, o.accepted_at AS at, 'order.placed' AS kind, 'order' AS entity, big.ref('O', o.n) AS ref,
        1 AS revision, c.code AS channel, '' AS node, '{"status": "QUEUED"}'::jsonb AS data
    FROM big.o o JOIN big.channel c ON c.n = o.channel WHERE o.n BETWEEN %(lo)s AND %(hi)s
    UNION ALL
    SELECT m.n, m.at, m.kind, 'order', big.ref('O', m.n), m.revision::int, c.code, '', m.data
    FROM big.m m JOIN big.o o USING (n) JOIN big.channel c ON c.n = o.channel WHERE m.n BETWEEN %(lo)s AND %(hi)s
    UNION ALL
    SELECT f.n,
        o.accepted_at + interval '2 seconds'
            + (coalesce(f.closed_at, o.accepted_at + interval '20 minutes') - o.accepted_at) * (r - 1) / f.revision,
        'fulfillment_order.' || (CASE f.status
            WHEN 'REJECTED' THEN '{planned,released,rejected}'::text[] WHEN 'CANCELLED' THEN '{planned,cancelled}'
            WHEN 'READY' THEN '{planned,released,accepted,picked,ready}'
            WHEN 'HANDED_OVER' THEN '{planned,released,accepted,picked,ready,handed_over}'
            ELSE '{planned,released,accepted,picked,packed,shipped}' END)[r],
        'fulfillment_order', big.ref('F', f.id), r, c.code, d.code,
        jsonb_build_object('order', big.ref('O', f.n), 'lines', (
            SELECT jsonb_agg(jsonb_build_object('line_ref', l.k::text, 'quantity', l.quantity) ORDER BY l.k)
            FROM big.l l WHERE l.n = f.n AND (l.f = f.f OR f.f = 3 AND l.k = 1)))
    FROM big.f f JOIN big.o o USING (n) JOIN big.channel c ON c.n = o.channel JOIN big.node d ON d.n = f.node
    CROSS JOIN LATERAL generate_series(1, f.revision) r
    WHERE f.n BETWEEN %(lo)s AND %(hi)s) x;
INSERT INTO kernel_event_sequence (id, position) SELECT 1, coalesce(max(position), 0) FROM kernel_event
ON CONFLICT (id) DO UPDATE SET position = EXCLUDED.position;
