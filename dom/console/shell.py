"""Answers what the back office's frame looks like: its name, colors, menu and signs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

NAME = "Quayline"

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


def _allowed(permission: str) -> Any:
    return lambda request: request.user.has_perm(permission)


def _here(link: str) -> Any:
    return lambda request: request.path == link or (link != "/" and request.path.startswith(link))


def _item(title: str, icon: str, url: str, permission: str) -> dict[str, Any]:
    link = reverse(url)
    return {"title": title, "icon": icon, "link": link, "permission": _allowed(permission), "active": _here(link)}


def environment(request: HttpRequest) -> list[str] | None:
    """Return the sign in the page header: demo data and embedded servers are never mistaken for production."""
    del request
    if settings.DEMO:
        return ["Demo · embedded" if settings.EMBEDDED_DATABASE else "Demo", "warning"]
    return ["Embedded", "info"] if settings.EMBEDDED_DATABASE else None


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the menu; the shell leaves out what a person may not see."""
    del request
    return [
        {
            "title": "Operate",
            "items": [
                _item("Today", "dashboard", "console:today", "orders.view_order"),
                _item("Orders", "receipt_long", "console:orders", "orders.view_order"),
                _item("Fulfillment orders", "package_2", "console:fulfillment-orders", "orders.view_fulfillmentorder"),
            ],
        },
        {
            "title": "Network",
            "separator": True,
            "items": [
                _item("Nodes", "warehouse", "console:nodes", "inventory.view_node"),
                _item("Rules", "alt_route", "console:rules", "kernel.view_configversion"),
            ],
        },
    ]


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
    "COLORS": {"primary": _PRIMARY},
    "ENVIRONMENT": "dom.console.shell.environment",
    "STYLES": [lambda request: static("console/console.css")],
    "SCRIPTS": [lambda request: static("console/console.js")],
    "COMMAND": {"search_models": True},
    "SIDEBAR": {"show_search": True, "command_search": True, "navigation": "dom.console.shell.menu"},
}
