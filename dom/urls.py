"""Composes the routes of all surfaces."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("dom.console.urls")),
    path("admin/", admin.site.urls),
    path("", include("dom.api.urls")),
]
