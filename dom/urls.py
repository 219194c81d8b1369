"""Composes the routes of all surfaces."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from dom import health
from dom.console.views.door import LogIn, Welcome
from dom.console.views.log_in_code import LogInCode

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("", include("dom.console.urls")),
    path("welcome/<str:secret>/", Welcome.as_view(), name="welcome"),
    path("admin/login/", LogIn.as_view()),  # the shell's own asks without end
    path("admin/login/code/", LogInCode.as_view(), name="log-in-code"),
    path("admin/password_change/", RedirectView.as_view(pattern_name="console:my-password")),
    path("admin/password_change/done/", RedirectView.as_view(pattern_name="console:me")),
    path("admin/", RedirectView.as_view(pattern_name="console:today")),  # its own index would list models
    path("admin/", admin.site.urls),
    path("", include("dom.api.urls")),
    *([path("", include("dom.demo.urls"))] if settings.DEMO else []),
]

handler403 = "dom.console.views.refused.forbidden"
handler404 = "dom.console.views.refused.missing"
handler500 = "dom.console.views.failed.failed"
