-- Ends soft claims whose time is over at p_at, oldest first, at most about p_limit; returns how many ended.
-- Claims that somebody else holds are left for the next sweep; a demand whose claims could not all be taken is left
-- whole, so that a conversion under way never finds half a cart.
-- Lock order: Reservation (never waits) -> StockLevel -> IncomingSupply -> ChannelQuota.
CREATE OR REPLACE FUNCTION inventory_expire(p_at timestamptz, p_actor text, p_limit integer) RETURNS integer
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    v_claims bigint[];
    v_units integer[];
BEGIN
    WITH due AS MATERIALIZED (
        SELECT c.id, c.demand_ref, c.quantity FROM inventory_reservation c
        WHERE c.expires_at <= p_at ORDER BY c.expires_at, c.demand_ref LIMIT p_limit FOR UPDATE SKIP LOCKED
    ), counted AS (
        SELECT d.id, d.demand_ref, d.quantity, count(*) OVER (PARTITION BY d.demand_ref) AS held FROM due d
    )
    SELECT array_agg(d.id), array_agg(d.quantity) INTO v_claims, v_units FROM counted d
    WHERE d.held = (SELECT count(*) FROM inventory_reservation c
                    WHERE c.demand_ref = d.demand_ref AND c.expires_at IS NOT NULL);
    IF v_claims IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM inventory_end_claims(p_at, p_actor, 'EXPIRE', '', v_claims, v_units);
    RETURN cardinality(v_claims);
END $$;
