-- Claims stock, quota and capacity for a batch of wants, in their order, each all or nothing; returns the losers.
-- Lock order: Reservation and NodeDayUse (those that are released) -> StockLevel -> IncomingSupply -> ChannelQuota
-- -> NodeDay, each by natural key.
--
-- Arrays w_* have one element a want; l_* claim lines, d_* day uses, r_* releases, q_* dequeues name their want by
-- its place from 1. Everything a want takes from is a pool (a level, a supply, a quota, a node-day). All pools are
-- locked, then a loop gives and takes want by want: a loser leaves the pools as it found them, so it never stands in
-- the way of a later want, and its releases do not happen. Only then is written, one statement a table.
-- l_ruled lines keep no less than the rules do now of what is on hand now, where one of them keeps a percent: what was on
-- hand when the line was decided may have changed.
-- Planner fences: every join below is a lookup by key, whatever the planner guesses about the arrays.
CREATE OR REPLACE FUNCTION inventory_reserve(
    p_at timestamptz, p_actor text,
    w_channel bigint[], w_expires timestamptz[], w_priority integer[], w_override boolean[],
    l_want integer[], l_demand text[], l_line text[], l_sku bigint[], l_node bigint[], l_quantity integer[],
    l_withhold integer[], l_supply bigint[], l_ruled boolean[],
    d_want integer[], d_demand text[], d_node bigint[], d_day date[], d_slot text[], d_unit text[],
    d_quantity integer[],
    r_want integer[], r_ref text[], q_want integer[], q_ref text[]
) RETURNS TABLE (want integer, reason text, sku_id bigint, node_id bigint, available bigint)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    c_endless CONSTANT bigint := 1000000000000;
    c_reason CONSTANT text[] := ARRAY['INSUFFICIENT_STOCK', 'INSUFFICIENT_STOCK', 'QUOTA', 'CAPACITY'];
    -- What releases would give back: claims first, day uses after them; v_given says whose release
    -- happened, at the place where the claim or use is named first: two wants may release the same one.
    f_want integer[]; f_id bigint[];
    u_want integer[]; u_id bigint[]; u_node bigint[]; u_day date[]; u_slot text[]; u_unit text[]; u_quantity integer[];
    v_given boolean[];
    -- Touches of pools, sorted by want; step 0 gives, step 1 takes.
    t_want integer[]; t_step integer[]; t_kind integer[]; t_a bigint[]; t_b bigint[]; t_slot text[]; t_unit text[];
    t_pool integer[]; t_quantity bigint[]; t_withhold bigint[]; t_given integer[];
    t_ruled boolean[];
    -- Pools.
    v_left bigint[]; v_before bigint[]; v_safety bigint[]; v_on_hand bigint[]; v_row bigint[]; v_kind integer[];
    v_won boolean[]; v_claims integer; v_pools integer; v_failed integer; v_first integer; v_spare bigint;
    i integer := 1; p integer; r record;
BEGIN
    IF cardinality(r_ref) > 0 THEN
        SELECT array_agg(x.want), array_agg(x.id) INTO f_want, f_id FROM (
            SELECT k.want, c.id FROM unnest(r_want, r_ref) k(want, ref)
            JOIN inventory_reservation c ON c.demand_ref = k.ref
            ORDER BY c.demand_ref, c.line_ref, c.sku_id, c.node_id, c.supply_id, k.want FOR UPDATE OF c) x;
        SELECT array_agg(x.want), array_agg(x.id), array_agg(x.node_id), array_agg(x.day), array_agg(x.slot),
               array_agg(x.unit), array_agg(x.quantity)
        INTO u_want, u_id, u_node, u_day, u_slot, u_unit, u_quantity FROM (
            SELECT k.want, u.id, d.node_id, d.day, d.slot, d.unit, u.quantity FROM unnest(r_want, r_ref) k(want, ref)
            JOIN inventory_node_day_use u ON u.demand_ref = k.ref JOIN inventory_node_day d ON d.id = u.node_day_id
            ORDER BY u.demand_ref, u.node_day_id, k.want FOR UPDATE OF u) x;
    END IF;
    v_claims := coalesce(cardinality(f_want), 0);
    v_given := array_fill(false, ARRAY[v_claims + coalesce(cardinality(u_want), 0) + 1]);

    WITH touch(want, step, kind, a, b, slot, unit, quantity, withhold, given, ruled) AS (
        SELECT l.want, 1, 1, l.sku, l.node, '', '', l.quantity, l.withhold, 0, l.ruled
        FROM unnest(l_want, l_sku, l_node, l_quantity, l_withhold, l_supply, l_ruled)
             l(want, sku, node, quantity, withhold, supply, ruled)
        WHERE l.supply IS NULL
        UNION ALL SELECT l.want, 1, 2, l.supply, 0, '', '', l.quantity, 0, 0, false
        FROM unnest(l_want, l_quantity, l_supply) l(want, quantity, supply) WHERE l.supply IS NOT NULL
        UNION ALL SELECT l.want, 1, 3, l.sku, w_channel[l.want], '', '', l.quantity, 0, 0, false
        FROM unnest(l_want, l_sku, l_quantity) l(want, sku, quantity)
        UNION ALL SELECT d.want, 1, 4, d.node, d.day - date '2000-01-01', d.slot, d.unit, d.quantity, 0, 0, false
        FROM unnest(d_want, d_node, d_day, d_slot, d_unit, d_quantity) d(want, node, day, slot, unit, quantity)
        UNION ALL SELECT f.want, 0, CASE WHEN c.supply_id IS NULL THEN 1 ELSE 2 END, coalesce(c.supply_id, c.sku_id),
               CASE WHEN c.supply_id IS NULL THEN c.node_id ELSE 0 END, '', '', c.quantity, 0,
               array_position(f_id, f.id), false
        FROM unnest(f_want, f_id) f(want, id) JOIN inventory_reservation c ON c.id = f.id
        UNION ALL SELECT f.want, 0, 3, c.sku_id, c.channel_id, '', '', c.quantity, 0,
               array_position(f_id, f.id), false
        FROM unnest(f_want, f_id) f(want, id) JOIN inventory_reservation c ON c.id = f.id
        UNION ALL SELECT u.want, 0, 4, u.node, u.day - date '2000-01-01', u.slot, u.unit, u.quantity, 0,
               v_claims + array_position(u_id, u.id), false
        FROM unnest(u_want, u_id, u_node, u_day, u_slot, u_unit, u_quantity) u(want, id, node, day, slot, unit, quantity)
    ), summed AS (
        SELECT want, step, kind, a, b, slot, unit, sum(quantity) AS quantity, max(withhold) AS withhold, given,
               bool_or(ruled) AS ruled
        FROM touch GROUP BY want, step, kind, a, b, slot, unit, given
    ), ranked AS (
        SELECT *, dense_rank() OVER (ORDER BY kind, a, b, slot COLLATE "C", unit COLLATE "C") AS pool FROM summed
    )
    SELECT array_agg(want ORDER BY want, step, pool), array_agg(step ORDER BY want, step, pool),
           array_agg(kind ORDER BY want, step, pool), array_agg(a ORDER BY want, step, pool),
           array_agg(b ORDER BY want, step, pool), array_agg(slot ORDER BY want, step, pool),
           array_agg(unit ORDER BY want, step, pool), array_agg(pool::integer ORDER BY want, step, pool),
           array_agg(quantity ORDER BY want, step, pool), array_agg(withhold ORDER BY want, step, pool),
           array_agg(given::integer ORDER BY want, step, pool), array_agg(ruled ORDER BY want, step, pool), max(pool)
    INTO t_want, t_step, t_kind, t_a, t_b, t_slot, t_unit, t_pool, t_quantity, t_withhold, t_given, t_ruled, v_pools
    FROM ranked;
    v_pools := coalesce(v_pools, 0);
    v_left := array_fill(NULL::bigint, ARRAY[v_pools]);
    v_safety := array_fill(0::bigint, ARRAY[v_pools]);
    v_on_hand := v_safety;
    v_row := v_left;
    v_kind := array_fill(0, ARRAY[v_pools]);

    FOR r IN SELECT k.pool, s.id, s.unlimited, s.safety_stock, s.on_hand,
                    s.on_hand::bigint - s.unsellable - s.reserved - s.safety_stock AS spare
             FROM (SELECT DISTINCT pool, a, b FROM unnest(t_kind, t_pool, t_a, t_b) t(kind, pool, a, b) WHERE kind = 1) k
             JOIN inventory_stock_level s ON s.sku_id = k.a AND s.node_id = k.b
             ORDER BY k.pool FOR NO KEY UPDATE OF s LOOP
        v_kind[r.pool] := 1; v_row[r.pool] := r.id; v_safety[r.pool] := r.safety_stock;
        v_on_hand[r.pool] := r.on_hand;
        v_left[r.pool] := CASE WHEN r.unlimited THEN c_endless ELSE r.spare END;
    END LOOP;
    IF true = ANY (t_ruled) AND EXISTS (
            SELECT FROM kernel_config_version c
            WHERE c.kind IN ('safety-stock', 'channel-rules') AND c.status = 'PUBLISHED' AND c.live_until IS NULL
              AND c.body ?| ARRAY['percent', 'threshold_percent']) THEN
        FOR r IN SELECT x.n[k.place] AS n, k.safety, k.safety_percent, k.threshold, k.threshold_percent
                 FROM (SELECT array_agg(t.n ORDER BY t.n) AS n, array_agg(w_channel[t.want] ORDER BY t.n) AS channel,
                              array_agg(t.a ORDER BY t.n) AS sku, array_agg(t.b ORDER BY t.n) AS node
                       FROM unnest(t_want, t_a, t_b, t_ruled) WITH ORDINALITY t(want, a, b, ruled, n) WHERE t.ruled) x
                 CROSS JOIN LATERAL inventory_kept(p_at, x.channel, x.sku, x.node) k LOOP
            p := t_pool[r.n];
            t_withhold[r.n] := greatest(t_withhold[r.n],
                greatest(r.safety, (v_on_hand[p] * r.safety_percent + 99) / 100, v_safety[p]) - v_safety[p]
                + greatest(r.threshold, (v_on_hand[p] * r.threshold_percent + 99) / 100));
        END LOOP;
    END IF;
    IF 2 = ANY (t_kind) THEN
        FOR r IN SELECT k.pool, s.id, CASE WHEN s.closed_at IS NULL THEN s.quantity - s.received - s.reserved ELSE 0 END AS spare
                 FROM (SELECT DISTINCT pool, a FROM unnest(t_kind, t_pool, t_a) t(kind, pool, a) WHERE kind = 2) k
                 JOIN inventory_incoming_supply s ON s.id = k.a ORDER BY k.pool FOR NO KEY UPDATE OF s LOOP
            v_kind[r.pool] := 2; v_row[r.pool] := r.id; v_left[r.pool] := r.spare;
        END LOOP;
    END IF;
    FOR r IN SELECT k.pool, c.id, c.quota - c.used AS spare
             FROM (SELECT DISTINCT pool, a, b FROM unnest(t_kind, t_pool, t_a, t_b) t(kind, pool, a, b) WHERE kind = 3) k
             JOIN inventory_channel_quota c ON c.sku_id = k.a AND c.channel_id = k.b
             ORDER BY k.pool FOR NO KEY UPDATE OF c LOOP
        v_kind[r.pool] := 3; v_row[r.pool] := r.id; v_left[r.pool] := r.spare;
    END LOOP;
    IF 4 = ANY (t_kind) THEN
        IF cardinality(d_want) > 0 THEN
            PERFORM inventory_ensure_node_days(d_node, d_day, d_slot, d_unit);
        END IF;
        FOR r IN SELECT k.pool, d.id, coalesce(d."limit" - d.used, c_endless) AS spare
                 FROM (SELECT DISTINCT pool, a, b, slot, unit
                       FROM unnest(t_kind, t_pool, t_a, t_b, t_slot, t_unit) t(kind, pool, a, b, slot, unit) WHERE kind = 4) k
                 JOIN inventory_node_day d ON d.node_id = k.a AND d.day = date '2000-01-01' + k.b::integer
                                          AND d.slot = k.slot AND d.unit = k.unit
                 ORDER BY k.pool FOR NO KEY UPDATE OF d LOOP
            v_kind[r.pool] := 4; v_row[r.pool] := r.id; v_left[r.pool] := r.spare;
        END LOOP;
    END IF;
    v_before := v_left;

    v_won := array_fill(true, ARRAY[cardinality(w_channel)]);
    FOR w IN 1..cardinality(w_channel) LOOP
        v_first := i;
        v_failed := NULL;
        WHILE i <= coalesce(cardinality(t_want), 0) AND t_want[i] = w LOOP
            p := t_pool[i];
            IF t_step[i] = 0 THEN
                IF NOT v_given[t_given[i]] THEN
                    v_left[p] := v_left[p] + t_quantity[i];
                END IF;
            ELSIF v_failed IS NULL AND (t_kind[i] <> 3 OR v_left[p] IS NOT NULL) THEN
                v_spare := coalesce(v_left[p], 0) + CASE WHEN w_override[w] THEN v_safety[p] ELSE -t_withhold[i] END;
                IF v_spare < t_quantity[i] THEN
                    v_failed := i;
                    v_won[w] := false;
                    want := w; reason := c_reason[t_kind[i]]; available := greatest(v_spare, 0);
                    sku_id := CASE t_kind[i] WHEN 1 THEN t_a[i] WHEN 3 THEN t_a[i]
                              WHEN 2 THEN l_sku[array_position(l_supply, t_a[i])] END;
                    node_id := CASE t_kind[i] WHEN 1 THEN t_b[i] WHEN 4 THEN t_a[i]
                               WHEN 2 THEN l_node[array_position(l_supply, t_a[i])] END;
                    RETURN NEXT;
                ELSE
                    v_left[p] := v_left[p] - t_quantity[i];
                END IF;
            END IF;
            i := i + 1;
        END LOOP;
        FOR j IN v_first..i - 1 LOOP
            IF v_failed IS NULL THEN
                IF t_step[j] = 0 THEN
                    v_given[t_given[j]] := true;
                END IF;
            ELSIF t_step[j] = 0 AND NOT v_given[t_given[j]] THEN
                v_left[t_pool[j]] := v_left[t_pool[j]] - t_quantity[j];
            ELSIF t_step[j] = 1 AND j < v_failed THEN
                v_left[t_pool[j]] := v_left[t_pool[j]] + t_quantity[j];
            END IF;
        END LOOP;
    END LOOP;

    UPDATE inventory_stock_level s SET reserved = s.reserved + (x.before - x.after)
    FROM unnest(v_kind, v_row, v_before, v_left) x(kind, id, before, after)
    WHERE x.kind = 1 AND x.before <> x.after AND s.id = x.id;
    UPDATE inventory_incoming_supply s SET reserved = s.reserved + (x.before - x.after)
    FROM unnest(v_kind, v_row, v_before, v_left) x(kind, id, before, after)
    WHERE x.kind = 2 AND x.before <> x.after AND s.id = x.id;
    UPDATE inventory_channel_quota c SET used = c.used + (x.before - x.after)
    FROM unnest(v_kind, v_row, v_before, v_left) x(kind, id, before, after)
    WHERE x.kind = 3 AND x.before <> x.after AND c.id = x.id;
    UPDATE inventory_node_day d SET used = d.used + (x.before - x.after)
    FROM unnest(v_kind, v_row, v_before, v_left) x(kind, id, before, after)
    WHERE x.kind = 4 AND x.before <> x.after AND d.id = x.id;

    IF v_claims > 0 THEN
        INSERT INTO inventory_reservation_entry
            (at, demand_ref, line_ref, sku_id, node_id, supply_id, channel_id, hold, delta, kind, reason, actor)
        SELECT p_at, c.demand_ref, c.line_ref, c.sku_id, c.node_id, c.supply_id, c.channel_id, c.kind,
               -c.quantity, 'RELEASE', 'REPLACED', p_actor
        FROM inventory_reservation c
        WHERE c.id IN (SELECT f.id FROM unnest(f_id) WITH ORDINALITY f(id, n) WHERE v_given[f.n]);
        DELETE FROM inventory_reservation c
        WHERE c.id IN (SELECT f.id FROM unnest(f_id) WITH ORDINALITY f(id, n) WHERE v_given[f.n]);
    END IF;
    IF cardinality(u_id) > 0 THEN
        DELETE FROM inventory_node_day_use u USING unnest(u_id) WITH ORDINALITY x(id, n)
        WHERE v_given[v_claims + x.n] AND u.id = x.id;
    END IF;

    WITH taken AS MATERIALIZED (
        SELECT l.demand, l.line, l.sku, l.node, l.supply, w_channel[l.want] AS channel,
               w_expires[l.want] AS expires, max(w_priority[l.want]) AS priority,
               sum(l.quantity)::integer AS quantity, bool_or(w_override[l.want]) AS override
        FROM unnest(l_want, l_demand, l_line, l_sku, l_node, l_quantity, l_supply)
             l(want, demand, line, sku, node, quantity, supply)
        WHERE v_won[l.want]
        GROUP BY l.demand, l.line, l.sku, l.node, l.supply, channel, expires
    ), claimed AS (
        INSERT INTO inventory_reservation AS c (demand_ref, line_ref, sku_id, node_id, supply_id, channel_id,
                                                kind, quantity, priority, expires_at, created_at)
        SELECT demand, line, sku, node, supply, channel, CASE WHEN expires IS NULL THEN 'HARD' ELSE 'SOFT' END,
               quantity, priority, expires, p_at FROM taken
        ON CONFLICT (demand_ref, line_ref, sku_id, node_id, supply_id)
        DO UPDATE SET quantity = c.quantity + excluded.quantity
    )
    INSERT INTO inventory_reservation_entry
        (at, demand_ref, line_ref, sku_id, node_id, supply_id, channel_id, hold, delta, kind, reason, actor)
    SELECT p_at, demand, line, sku, node, supply, channel, CASE WHEN expires IS NULL THEN 'HARD' ELSE 'SOFT' END,
           quantity, 'RESERVE', CASE WHEN override THEN 'SAFETY_STOCK_OVERRIDE' ELSE '' END, p_actor FROM taken;

    IF cardinality(d_want) > 0 THEN
        INSERT INTO inventory_node_day_use AS u (demand_ref, node_day_id, quantity)
        SELECT x.demand, d.id, sum(x.quantity)
        FROM unnest(d_want, d_demand, d_node, d_day, d_slot, d_unit, d_quantity)
             x(want, demand, node, day, slot, unit, quantity)
        JOIN inventory_node_day d ON d.node_id = x.node AND d.day = x.day AND d.slot = x.slot AND d.unit = x.unit
        WHERE v_won[x.want] GROUP BY x.demand, d.id
        ON CONFLICT (demand_ref, node_day_id) DO UPDATE SET quantity = u.quantity + excluded.quantity;
    END IF;
    IF cardinality(q_want) > 0 THEN
        DELETE FROM inventory_queued_demand q
        USING unnest(q_want, q_ref) k(want, ref), unnest(l_want, l_line, l_sku) l(want, line, sku)
        WHERE v_won[k.want] AND l.want = k.want
          AND q.demand_ref = k.ref AND q.line_ref = l.line AND q.sku_id = l.sku;
    END IF;
END $$;
