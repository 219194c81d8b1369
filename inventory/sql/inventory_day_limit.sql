-- Returns how much the published capacities allow a node on a date, slot and unit; null when they say nothing.
-- A limit for the date beats one for its weekday ("MON"), which beats the one for every day. Reads only.
CREATE OR REPLACE FUNCTION inventory_day_limit(p_node bigint, p_day date, p_slot text, p_unit text) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT (l ->> 'limit')::integer
    FROM inventory_node n
    JOIN kernel_config_version c ON c.kind = 'capacity' AND c.scope = n.code
                                AND c.status = 'PUBLISHED' AND c.live_until IS NULL
    CROSS JOIN LATERAL jsonb_array_elements(c.body -> 'limits') l
    WHERE n.id = p_node AND l ->> 'unit' = p_unit AND coalesce(l ->> 'slot', '') = p_slot
      AND CASE WHEN l ? 'date' THEN (l ->> 'date')::date = p_day
               WHEN l ? 'days' THEN l -> 'days' ? to_char(p_day, 'DY') ELSE true END
    ORDER BY CASE WHEN l ? 'date' THEN 0 WHEN l ? 'days' THEN 1 ELSE 2 END
    LIMIT 1
$$;
