"""Answers what the back office's frame looks like: its name, colors, menu and signs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import resolve, reverse

NAME = "Quayline"

#: What the palette offers beside the menu: (words, icon, url name, permission).
ACTIONS: Sequence[tuple[str, str, str, str]] = (("Add a person", "person_add", "console:add-person", "auth.add_user"),)

#: A deep sea green; 600 on white has a contrast of 5.4 : 1, 500 on the dark ground 6.1 : 1.
_PRIMARY = {
    "50": "oklch(97.6% .016 190)",
    "100": "oklch(94.4% .036 190)",
    "200": "oklch(89% .064 190)",
    "300": "oklch(81% .093 190)",
    "400": "oklch(73% .112 190)",
    "500": "oklch(65% .112 192)",
    "600": "oklch(50.5% .088 194)",
    "700": "oklch(44% .076 195)",
    "800": "oklch(38% .064 196)",
    "900": "oklch(32% .052 197)",
    "950": "oklch(24% .04 198)",
}

#: Grays with a breath of the same sea; 500 on white has a contrast of 5.2 : 1, 400 on the dark ground 6.6 : 1.
_BASE = {
    "50": "oklch(98.2% .004 215)",
    "100": "oklch(96.4% .006 215)",
    "200": "oklch(92.2% .009 215)",
    "300": "oklch(86% .013 215)",
    "400": "oklch(71% .022 218)",
    "500": "oklch(53% .026 220)",
    "600": "oklch(43% .03 220)",
    "700": "oklch(36.5% .03 220)",
    "800": "oklch(30% .027 218)",
    "900": "oklch(20.5% .024 215)",
    "950": "oklch(14% .02 215)",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the menu; `key` is the letter that goes there after "g"."""

    title: str
    icon: str
    link: str
    permission: str
    key: str = ""

    def is_open_to(self, user: Any) -> bool:
        """Whether neither roles nor nodes keep `user` out."""
        is_open: bool = user.has_perm(self.permission) and _view(self.link).is_open_to(user)
        return is_open

    def is_around(self, path: str) -> bool:
        """Whether the page at `path` is this place, or lies behind it and is no place of its own."""
        if path == self.link:
            return True
        return self.link != "/" and path.startswith(self.link) and path != reverse("console:appeasement-limits")


@dataclass(frozen=True, slots=True)
class Group:
    """Places of the menu that belong together."""

    title: str
    places: Sequence[Place]


@cache
def _view(link: str) -> Any:
    """Return the class of the page, which knows whom nodes keep out."""
    return resolve(link).func.view_class  # type: ignore[attr-defined]  # every page of the menu is a class


def _place(title: str, icon: str, url: str, permission: str, key: str = "", *named: str) -> Place:
    return Place(title, icon, reverse(url, args=named), permission, key)


def environment() -> list[str] | None:
    """Return the sign in the page header: demo data and embedded servers are never mistaken for production."""
    if settings.DEMO:
        return ["Demo", "warning", "embedded" if settings.EMBEDDED_DATABASE else ""]
    return ["Embedded", "info"] if settings.EMBEDDED_DATABASE else None


#: (words, icon, kind, key, who may see it where that is another permission than that of configuration)
_DOCUMENTS: Sequence[tuple[str, ...]] = (
    ("Policies", "alt_route", "policy", "r"),
    ("Safety stock", "shield", "safety-stock", ""),
    ("Channel rules", "rule", "channel-rules", ""),
    ("Low-stock thresholds", "notifications", "low-stock", "", "inventory.view_stocklevel"),
    ("Capacities", "speed", "capacity", ""),
    ("Calendars", "calendar_month", "calendar", ""),
    ("Rate cards", "payments", "rate-card", ""),
    ("Carrier services", "local_shipping", "carrier-services", ""),
    ("Lanes", "route", "lanes", ""),
)


@cache
def menu() -> Sequence[Group]:
    """Return the menu with every place; the shell leaves out what a person may not open."""
    return (
        Group(
            "Operate",
            (
                _place("Today", "dashboard", "console:today", "orders.view_order", "t"),
                _place("Workbench", "construction", "console:workbench", "orders.view_order", "w"),
                _place("Orders", "receipt_long", "console:orders", "orders.view_order", "o"),
                _place(
                    "Fulfillment orders", "package_2", "console:fulfillment-orders", "orders.view_fulfillmentorder", "f"
                ),
                _place("Decisions", "insights", "console:decisions", "routing.view_routingdecision", "d"),
            ),
        ),
        Group(
            "Stock",
            (
                _place("Stock", "inventory_2", "console:stock", "inventory.view_stocklevel", "s"),
                _place("Transfers", "local_shipping", "console:transfers", "inventory.view_transfer"),
                _place("Incoming supply", "pallet", "console:supplies", "inventory.view_incomingsupply"),
                _place("Counts", "checklist", "console:counts", "inventory.view_countsession"),
                _place("Repairs", "healing", "console:repairs", "inventory.view_repair"),
            ),
        ),
        Group("Network", (_place("Nodes", "warehouse", "console:nodes", "inventory.view_node", "n"),)),
        _master_data(),
        Group(
            "Integrations",
            (
                _place("API clients", "key", "console:clients", "kernel.view_apiclient"),
                _place("Webhooks", "webhook", "console:webhooks", "kernel.view_webhookendpoint"),
                _place("Jobs", "pending_actions", "console:jobs", "kernel.view_job", "j"),
            ),
        ),
        _configuration(),
        Group("People", (_place("People", "group", "console:people", "auth.view_user", "p"),)),
    )


def _master_data() -> Group:
    return Group(
        "Master data",
        (
            _place("SKUs", "sell", "console:masters", "inventory.view_sku", "", "skus"),
            _place("Node records", "store", "console:masters", "inventory.view_node", "", "nodes"),
            _place("Node groups", "hub", "console:masters", "inventory.view_nodegroup", "", "node-groups"),
            _place("Channels", "storefront", "console:masters", "inventory.view_channel", "", "channels"),
            _place("Quotas", "data_usage", "console:masters", "inventory.view_channelquota", "", "quotas"),
            _place("Who changed what", "history", "console:changes", "kernel.view_change"),
        ),
    )


def _configuration() -> Group:
    places = [
        _place(title, icon, "console:documents", (*may, "kernel.view_configversion")[0], key, kind)
        for title, icon, kind, key, *may in _DOCUMENTS
    ]
    places.append(_place("Appeasement limits", "savings", "console:appeasement-limits", "kernel.change_configversion"))
    return Group("Configuration", places)


def home(user: Any) -> str | None:
    """Return the address of the first page of the menu that `user` may open; None where there is none."""
    places = (place for group in menu() for place in group.places if place.link != "/")
    return next((place.link for place in places if place.is_open_to(user)), None)


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": NAME,
    "SITE_HEADER": NAME,
    "SITE_SUBHEADER": "Order management",
    "SITE_URL": None,
    "SITE_SYMBOL": "anchor",
    "SITE_ICON": lambda request: static("console/mark.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("console/mark.svg")}],
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "8px",
    "COLORS": {"primary": _PRIMARY, "base": _BASE},
    "STYLES": [
        lambda request: static("console/shell.css"),
        lambda request: static("console/console.css"),
        lambda request: static("console/forms.css"),
        lambda request: static("console/orders.css"),
        lambda request: static("console/stock.css"),
        lambda request: static("console/partners.css"),
        lambda request: static("console/board.css"),
    ],
    "SCRIPTS": [
        lambda request: static("console/keys.js"),
        lambda request: static("console/console.js"),
        lambda request: static("console/forms.js"),
        lambda request: static("console/orders.js"),
    ],
    "SIDEBAR": {"show_search": False},
}
