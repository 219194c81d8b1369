"""The first page: what the day looks like and what is stuck."""

from dom.console.pages import FreshPage


class Today(FreshPage):
    """Figures of the day, each of which opens its list."""

    title = "Today"
    template_name = "console/today.html"
    permission_required = "orders.view_order"
