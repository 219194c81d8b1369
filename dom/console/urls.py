"""The back office's own pages."""

from django.urls import URLPattern, path

from dom.console.views.orders import OrderPage, Orders, Work
from dom.console.views.today import Today

app_name = "console"

urlpatterns: list[URLPattern] = [
    path("", Today.as_view(), name="today"),
    path("orders/", Orders.as_view(), name="orders"),
    path("orders/<str:ref>/", OrderPage.as_view(), name="order"),
    path("fulfillment-orders/", Work.as_view(), name="fulfillment-orders"),
]
