"""Composes the routes of all surfaces."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from dom import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("", include("dom.console.urls")),
    path("admin/", RedirectView.as_view(pattern_name="console:today")),  # its own index would list models
    path("admin/", admin.site.urls),
    path("", include("dom.api.urls")),
]
