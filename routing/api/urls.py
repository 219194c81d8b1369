"""Addresses below /api/v1/."""

from django.urls import path

from routing.api.decisions import TestDrive
from routing.api.documents import (
    Calendars,
    CarrierServices,
    Lanes,
    OneCalendar,
    OnePolicy,
    OneRateCard,
    Policies,
    RateCards,
)

urlpatterns = [
    path("policies", Policies.as_view()),
    path("policies/<str:code>", OnePolicy.as_view()),
    path("rate-cards", RateCards.as_view()),
    path("rate-cards/<str:code>", OneRateCard.as_view()),
    path("calendars", Calendars.as_view()),
    path("calendars/<str:code>", OneCalendar.as_view()),
    path("carrier-services", CarrierServices.as_view()),
    path("lanes", Lanes.as_view()),
    path("routing/test-drive", TestDrive.as_view()),
]
