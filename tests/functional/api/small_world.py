"""A small world over HTTP: some of everything in every state, so that a made-up request meets what exists."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from dom.kernel.tasks import run_feed_jobs, sequence_events
from orders.tasks import raise_concerns, route_orders, run_bulk, source_short_stock, sweep, take_back, wake_backorders
from routing.api import examples
from tests.functional.api.conftest import Partner
from tests.functional.api.test_partners_day import ok, order, set_up_the_network

#: One receiver that does not answer: what is queued for it stays queued.
NOBODY = "https://partner.example/hook"
Steps = tuple[tuple[str, dict[str, Any]], ...]
SENT: Steps = (("accept", {}), ("pick", {}), ("pack", {}), ("ship", {}))
FETCHED: Steps = (("accept", {}), ("pick", {}), ("ready", {}), ("hand-over", {"name": "Ada Example"}))
FILLED = ("orders", "fulfillment-orders", "counts", "transfers", "reservations", "webhooks", "external_ref")
PICKUP = {"fulfillment": {"method": "PICKUP", "node": "SOHO"}}


@dataclass
class SmallWorld:
    """What exists, by the name under which requests speak of it: a folder of paths, or a member of bodies."""

    partner: Partner
    known: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    made: int = 0

    def found(self) -> None:
        """Set up the network, its rules and its stock."""
        set_up_the_network(self.partner)
        rows: dict[str, Any] = {
            "/node-groups": [{"code": "STORES", "nodes": ["SOHO"]}],
            "/channels": [{"code": "MARKET", "currency": "USD", "country": "US"}],
            "/safety-stock": [{"code": "SAFE", "units": 2, "node_group": "STORES"}],
            "/channel-rules": [{"code": "RULE", "threshold": 1, "channel": "MARKET"}],
            "/capacities": [{"node": "SOHO", "limits": [{"unit": "ORDERS", "limit": 40}]}],
            "/low-stock": [{"code": "LOW", "units": 3, "skus": ["TEE"]}],
            "/policies": examples.POLICIES,
            "/rate-cards": examples.RATE_CARDS,
            "/calendars": examples.CALENDARS,
            "/carrier-services": examples.CARRIER_SERVICES,
            "/lanes": examples.LANES,
        }
        for address, body in rows.items():
            self.told("PUT", address, body)
        words = {
            "sku": ["TEE", "MUG"], "node": ["DC-RENO", "SOHO"], "channel": ["WEB", "MARKET"], "line_ref": ["1", "2"],
            "node_group": ["STORES"], "currency": ["USD"], "country": ["US"], "rate_card": ["ground"],
            "service": ["GROUND"], "group_ref": ["1"], "tag": ["sale"],
        }  # fmt: skip
        self.known.update(words)
        for folder in ("policies", "rate-cards", "calendars"):
            self.known[folder] = [one["code"] for one in rows[f"/{folder}"]]
        for folder in ("node-groups", "safety-stock", "channel-rules"):
            self.known[folder] = [one["code"] for one in rows[f"/{folder}"]]

    def told(self, method: str, address: str, body: Any = None) -> Any:
        """Send what must be taken, and return the answer's body."""
        return ok(self.partner.send(method, address, body))

    def post(self, address: str, body: Any = None) -> Any:
        """Post what must be taken."""
        return self.told("POST", address, body)

    def fill(self) -> None:
        """Put stock, orders, work and everything else into the world, anew with every call."""
        for name in FILLED:
            self.known[name] = []
        places = [(sku, node) for sku in ("TEE", "MUG") for node in ("DC-RENO", "SOHO")]
        self.told("PUT", "/stock", [{"sku": sku, "node": node, "on_hand": 1_000} for sku, node in places])
        for stage in range(len(SENT) + 1):
            self._work(self._placed(), SENT[:stage])
            self._work(self._placed(**PICKUP), FETCHED[:stage])
        self._placed(lines=[{"line_ref": "1", "sku": "MUG", "quantity": 90_000, "unit_price": "1.00"}])
        held = self._placed()
        self.post(f"/orders/{held}/hold", {"kind": "FRAUD", "reason": "Looks odd"})
        self._transfers()
        self._stock_work()
        self._webhook()
        workers_work()
        self._placed()

    def _placed(self, **more: Any) -> str:
        self.made += 1
        external = f"W{self.made}"
        ref = str(self.post("/orders", order(external, **more))["ref"])
        self.known["orders"].append(ref)
        self.known["external_ref"].append(external)
        return ref

    def _work(self, ref: str, steps: Steps) -> None:
        route_orders()
        for work in self.told("GET", f"/orders/{ref}")["fulfillment_orders"]:
            self.known["fulfillment-orders"].append(work["ref"])
            lines = [{"line_ref": line["line_ref"], "quantity": line["quantity"]} for line in work["lines"]]
            for step, body in steps:
                told = {"packages": [{"lines": lines}]} if step == "ship" else body
                self.post(f"/fulfillment-orders/{work['ref']}/{step}", told)

    def _transfers(self) -> None:
        then = (timezone.now() + timedelta(days=2)).isoformat()
        asked = {"from_node": "DC-RENO", "to_node": "SOHO", "expected_at": then}
        for stage in range(3):
            ref = self.post("/transfers", {**asked, "lines": [{"sku": "TEE", "quantity": 5}]})["ref"]
            self.known["transfers"].append(ref)
            if stage:
                self.post(f"/transfers/{ref}/ship", {})
        self.told("PUT", "/incoming-supply", [
            {"source_ref": "PO-1", "sku": "TEE", "node": "DC-RENO", "expected_at": then, "quantity": 50}
        ])  # fmt: skip
        self.known["source_ref"] = ["PO-1"]

    def _stock_work(self) -> None:
        for skus in (["TEE"], ["TEE", "MUG"]):
            for submit in (False, True):
                ref = self.post("/counts", {"node": "SOHO" if submit else "DC-RENO", "skus": skus})["ref"]
                self.known["counts"].append(ref)
                if submit:
                    lines = [{"sku": sku, "counted": 990} for sku in skus]
                    self.post(f"/counts/{ref}/enter", {"lines": lines})
                    self.post(f"/counts/{ref}/submit")
        for node in ({}, {"node": "SOHO"}):
            cart = {"channel": "WEB", "lines": [{"line_ref": "1", "sku": "TEE", "quantity": 1}], **node}
            self.known["reservations"].append(self.post("/reservations", cart)["ref"])

    def _webhook(self) -> None:
        hooks = self.told("GET", "/webhooks")["items"]
        for hook in hooks[:-1]:
            self.partner.delete(f"/webhooks/{hook['ref']}")
        self.known["webhooks"] = [hook["ref"] for hook in hooks[-1:]]
        self.known["webhooks"].append(self.post("/webhooks", {"url": NOBODY, "after": 0})["ref"])
        self.post(f"/webhooks/{self.known['webhooks'][-1]}/ping")


def workers_work() -> None:
    """Do what the workers do within a minute or so, but for sending webhooks."""
    for task in (
        run_feed_jobs, run_bulk, route_orders, sweep, take_back, wake_backorders, source_short_stock, raise_concerns,
        sequence_events,
    ):  # fmt: skip
        task()
