"""The back office's own pages."""

from django.urls import URLPattern, path, re_path

from dom.console.views.actions import FORMS, OrderAction
from dom.console.views.finding import FindAnything
from dom.console.views.nodes import Nodes
from dom.console.views.orders import OrderPage, Orders, Work
from dom.console.views.rules import Rules
from dom.console.views.today import Today

app_name = "console"

urlpatterns: list[URLPattern] = [
    path("", Today.as_view(), name="today"),
    path("find/", FindAnything.as_view(), name="find"),
    path("orders/", Orders.as_view(), name="orders"),
    path("orders/<str:ref>/", OrderPage.as_view(), name="order"),
    re_path(rf"^orders/(?P<ref>[^/]+)/(?P<action>{'|'.join(FORMS)})/$", OrderAction.as_view(), name="order-action"),
    path("fulfillment-orders/", Work.as_view(), name="fulfillment-orders"),
    path("nodes/", Nodes.as_view(), name="nodes"),
    path("rules/", Rules.as_view(), name="rules"),
]
