"""Composes the routes of all surfaces."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from dom import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("", include("dom.console.urls")),
    path("admin/", admin.site.urls),
    path("", include("dom.api.urls")),
]
