-- Returns how much the published capacities allow a node on a date, slot and unit; null when they say nothing.
-- A date beats a weekday (0 is Monday), a weekday beats the node's every-day limit. Reads only.
CREATE OR REPLACE FUNCTION inventory_day_limit(p_node bigint, p_day date, p_slot text, p_unit text) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT (l ->> 'limit')::integer
    FROM inventory_node n
    JOIN kernel_config_version c ON c.kind = 'capacity' AND c.scope = n.code
                                AND c.status = 'PUBLISHED' AND c.live_until IS NULL
    CROSS JOIN LATERAL jsonb_array_elements(c.body -> 'limits') l
    WHERE n.id = p_node AND l ->> 'unit' = p_unit AND coalesce(l ->> 'slot', '') = p_slot
      AND coalesce((l ->> 'date')::date = p_day, true)
      AND coalesce((l ->> 'weekday')::integer = extract(isodow FROM p_day)::integer - 1, true)
    ORDER BY (l ->> 'date') IS NULL, (l ->> 'weekday') IS NULL
    LIMIT 1
$$;
