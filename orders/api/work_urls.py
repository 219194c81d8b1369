"""Addresses below /api/v1/ of what happens to orders after planning."""

from django.urls import path

from orders.api.actions import (
    CancelLine,
    CancelOrder,
    ChangeAddress,
    ChangeOrder,
    HoldOrder,
    RecordPayment,
    ReleaseOrder,
)
from orders.api.fulfillment import (
    Accept,
    FulfillmentOrders,
    GiveUp,
    HandOver,
    LetBegin,
    OneFulfillmentOrder,
    Pack,
    Pick,
    Ready,
    Reject,
    Ship,
)

urlpatterns = [
    path("orders/<str:ref>/cancel", CancelOrder.as_view()),
    path("orders/<str:ref>/address", ChangeAddress.as_view()),
    path("orders/<str:ref>/hold", HoldOrder.as_view()),
    path("orders/<str:ref>/release", ReleaseOrder.as_view()),
    path("orders/<str:ref>/payments", RecordPayment.as_view()),
    path("orders/<str:ref>/changes", ChangeOrder.as_view()),
    path("orders/<str:ref>/lines/<str:line_ref>/cancel", CancelLine.as_view()),
    path("fulfillment-orders", FulfillmentOrders.as_view()),
    path("fulfillment-orders/<str:ref>", OneFulfillmentOrder.as_view()),
    path("fulfillment-orders/<str:ref>/release", LetBegin.as_view()),
    path("fulfillment-orders/<str:ref>/accept", Accept.as_view()),
    path("fulfillment-orders/<str:ref>/reject", Reject.as_view()),
    path("fulfillment-orders/<str:ref>/pick", Pick.as_view()),
    path("fulfillment-orders/<str:ref>/pack", Pack.as_view()),
    path("fulfillment-orders/<str:ref>/ship", Ship.as_view()),
    path("fulfillment-orders/<str:ref>/ready", Ready.as_view()),
    path("fulfillment-orders/<str:ref>/hand-over", HandOver.as_view()),
    path("fulfillment-orders/<str:ref>/cancel", GiveUp.as_view()),
]
