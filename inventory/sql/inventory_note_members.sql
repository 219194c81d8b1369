-- Trigger function of the members of node groups: writes down which nodes joined or left which group.
-- Locks nothing.
CREATE OR REPLACE FUNCTION inventory_note_members() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM kernel_note_change('node-groups', g.code, 'CHANGED', jsonb_build_object('nodes', jsonb_build_array(
                    NULL, jsonb_agg(n.code ORDER BY n.code))))
        FROM after_rows m JOIN inventory_node_group g ON g.id = m.nodegroup_id JOIN inventory_node n ON n.id = m.node_id
        GROUP BY g.code ORDER BY g.code;
    ELSE
        PERFORM kernel_note_change('node-groups', g.code, 'CHANGED', jsonb_build_object('nodes', jsonb_build_array(
                    jsonb_agg(n.code ORDER BY n.code), NULL)))
        FROM before_rows m JOIN inventory_node_group g ON g.id = m.nodegroup_id JOIN inventory_node n ON n.id = m.node_id
        GROUP BY g.code ORDER BY g.code;
    END IF;
    RETURN NULL;
END $$;
