"""The laws of decisions that SQL can check (invariants 12 and 13); replay checks what is packed."""

from dom.kernel.prove import Check, register

_CHECKS = (
    Check(
        "a decision names versions that were published",
        12,
        """
        SELECT u.network_id, u.kind, u.scope, u.number FROM (
            SELECT k.network_id, k.kind, (s).key AS scope, (s).value::integer AS number FROM (
                SELECT network_id, kind, jsonb_each_text(scopes) AS s FROM (
                    SELECT id AS network_id, (k).key AS kind, (k).value AS scopes FROM (
                        SELECT id, jsonb_each(versions) AS k FROM routing_network) n) j) k) u
        LEFT JOIN kernel_config_version v
          ON (v.kind, v.scope, v.number) = (u.kind, u.scope, u.number) AND v.status = 'PUBLISHED'
        WHERE v.id IS NULL
        """,
    ),
    Check(
        "a decision has its place in a run, which names its engine and the network it saw",
        13,
        """
        SELECT d.order_ref, d.request_ref, d.at, d.run_id, d.position, r.requests, r.engine_version, r.network_id
        FROM routing_decision d LEFT JOIN routing_run r ON (r.id, r.at) = (d.run_id, d.at)
        LEFT JOIN routing_network n ON n.id = r.network_id
        -- Months of runs may be kept shorter than those of decisions.
        WHERE d.at >= coalesce((SELECT min(at) FROM routing_run), '-infinity')
          AND (n.id IS NULL OR r.engine_version = '' OR d.position NOT BETWEEN 0 AND r.requests - 1)
        """,
    ),
    Check(
        "a place in a run is decided once",
        13,
        """
        SELECT run_id, at, position, count(*) AS decisions FROM routing_decision
        GROUP BY run_id, at, position HAVING count(*) > 1
        """,
    ),
)


def register_all() -> None:
    """Register the checks of routing."""
    register(*_CHECKS)
