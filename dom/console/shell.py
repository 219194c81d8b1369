"""Answers what the back office's frame looks like: its name, colors, menu and signs."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
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


def _allowed(permission: str, link: str) -> Any:
    return lambda request: request.user.has_perm(permission) and _view(link).is_open_to(request.user)


@cache
def _view(link: str) -> Any:
    """Return the class of the page, which knows whom nodes keep out."""
    return resolve(link).func.view_class  # type: ignore[attr-defined]  # every page of the menu is a class


def _here(link: str) -> Any:
    return lambda request: (
        request.path == link
        or (link != "/" and request.path.startswith(link) and request.path != reverse("console:appeasement-limits"))
    )


def _item(title: str, icon: str, url: str, permission: str, key: str = "", *named: str) -> dict[str, Any]:
    """Return a place of the menu; `key` is the letter that goes there after "g"."""
    link = reverse(url, args=named)
    return {
        "title": title,
        "icon": icon,
        "link": link,
        "key": key,
        "permission": _allowed(permission, link),
        "active": _here(link),
    }


def environment(request: HttpRequest) -> list[str] | None:
    """Return the sign in the page header: demo data and embedded servers are never mistaken for production."""
    del request
    if settings.DEMO:
        return ["Demo", "warning", "embedded" if settings.EMBEDDED_DATABASE else ""]
    return ["Embedded", "info"] if settings.EMBEDDED_DATABASE else None


def _master_data() -> dict[str, Any]:
    return {
        "title": "Master data",
        "separator": True,
        "collapsible": True,
        "items": [
            _item("SKUs", "sell", "console:masters", "inventory.view_sku", "", "skus"),
            _item("Node records", "store", "console:masters", "inventory.view_node", "", "nodes"),
            _item("Node groups", "hub", "console:masters", "inventory.view_nodegroup", "", "node-groups"),
            _item("Channels", "storefront", "console:masters", "inventory.view_channel", "", "channels"),
            _item("Quotas", "data_usage", "console:masters", "inventory.view_channelquota", "", "quotas"),
            _item("Who changed what", "history", "console:changes", "kernel.view_change"),
        ],
    }


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


def _configuration() -> dict[str, Any]:
    items = [
        _item(title, icon, "console:documents", (*may, "kernel.view_configversion")[0], key, kind)
        for title, icon, kind, key, *may in _DOCUMENTS
    ]
    items.append(_item("Appeasement limits", "savings", "console:appeasement-limits", "kernel.change_configversion"))
    return {"title": "Configuration", "separator": True, "collapsible": True, "items": items}


def _people() -> dict[str, Any]:
    return {
        "title": "People",
        "separator": True,
        "items": [_item("People", "group", "console:people", "auth.view_user", "p")],
    }


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the menu; the shell leaves out what a person may not see."""
    del request
    return [
        {
            "title": "Operate",
            "items": [
                _item("Today", "dashboard", "console:today", "orders.view_order", "t"),
                _item("Workbench", "construction", "console:workbench", "orders.view_order", "w"),
                _item("Orders", "receipt_long", "console:orders", "orders.view_order", "o"),
                _item(
                    "Fulfillment orders", "package_2", "console:fulfillment-orders", "orders.view_fulfillmentorder", "f"
                ),
                _item("Decisions", "insights", "console:decisions", "routing.view_routingdecision", "d"),
            ],
        },
        {
            "title": "Stock",
            "separator": True,
            "items": [
                _item("Stock", "inventory_2", "console:stock", "inventory.view_stocklevel", "s"),
                _item("Transfers", "local_shipping", "console:transfers", "inventory.view_transfer"),
                _item("Incoming supply", "pallet", "console:supplies", "inventory.view_incomingsupply"),
                _item("Counts", "checklist", "console:counts", "inventory.view_countsession"),
                _item("Repairs", "healing", "console:repairs", "inventory.view_repair"),
            ],
        },
        {
            "title": "Network",
            "separator": True,
            "items": [
                _item("Nodes", "warehouse", "console:nodes", "inventory.view_node", "n"),
            ],
        },
        _master_data(),
        {
            "title": "Integrations",
            "separator": True,
            "items": [
                _item("API clients", "key", "console:clients", "kernel.view_apiclient"),
                _item("Webhooks", "webhook", "console:webhooks", "kernel.view_webhookendpoint"),
                _item("Jobs", "pending_actions", "console:jobs", "kernel.view_job", "j"),
            ],
        },
        _configuration(),
        _people(),
    ]


def home(request: HttpRequest) -> str | None:
    """Return the address of the first page of the menu that the person may open; None where there is none."""
    places = (item for group in menu(request) for item in group["items"] if item["link"] != "/")
    return next((item["link"] for item in places if item["permission"](request)), None)


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
    "ENVIRONMENT": "dom.console.shell.environment",
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
    "SIDEBAR": {"show_search": False, "navigation": "dom.console.shell.menu"},
}
