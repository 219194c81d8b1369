"""The back office's own pages."""

from django.urls import URLPattern, path

from dom.console.views.today import Today

app_name = "console"

urlpatterns: list[URLPattern] = [
    path("", Today.as_view(), name="today"),
]
