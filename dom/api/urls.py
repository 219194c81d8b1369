"""Composes `/api/v1/` from what each application offers, and the pages that describe it."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from dom.api.views import Events, OneJob, problems_page

#: Addresses below /api/v1/: one line per application (`path("", include("<app>.api.urls"))`).
v1: list[URLPattern | URLResolver] = [
    path("events", Events.as_view()),
    path("jobs/<str:ref>", OneJob.as_view()),
    path("", include("inventory.api.urls")),
    path("", include("routing.api.urls")),
    path("", include("orders.api.urls")),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include(v1)),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    path("api/docs/problems/", problems_page, name="api-problems"),
]
