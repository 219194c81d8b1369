"""Addresses below /api/v1/."""

from django.urls import include, path

from orders.api.decision import OrderDecision
from orders.api.orders import OneOrder, Orders, OrdersInBulk

urlpatterns = [
    path("orders", Orders.as_view()),
    path("orders/bulk", OrdersInBulk.as_view()),
    path("orders/<str:ref>", OneOrder.as_view()),
    path("orders/<str:ref>/decision", OrderDecision.as_view()),
    path("", include("orders.api.work_urls")),
]
