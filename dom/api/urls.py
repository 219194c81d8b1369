"""Composes `/api/v1/` from what each application offers, and the pages that describe it."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularSwaggerSplitView

from dom.api import webhooks
from dom.api.views import CancelJob, Events, JobErrors, Jobs, OneJob, Schema, problems_page

#: Addresses below /api/v1/: one line per application (`path("", include("<app>.api.urls"))`).
v1: list[URLPattern | URLResolver] = [
    path("events", Events.as_view()),
    path("jobs", Jobs.as_view()),
    path("jobs/<str:ref>/cancel", CancelJob.as_view()),
    path("jobs/<str:ref>/errors", JobErrors.as_view()),
    path("jobs/<str:ref>", OneJob.as_view()),
    path("webhooks", webhooks.Webhooks.as_view()),
    path("webhooks/<str:ref>", webhooks.OneWebhook.as_view()),
    path("webhooks/<str:ref>/secret", webhooks.WebhookSecret.as_view()),
    path("webhooks/<str:ref>/rotate-secret", webhooks.RotateWebhookSecret.as_view()),
    path("webhooks/<str:ref>/pause", webhooks.PauseWebhook.as_view()),
    path("webhooks/<str:ref>/resume", webhooks.ResumeWebhook.as_view()),
    path("webhooks/<str:ref>/ping", webhooks.PingWebhook.as_view()),
    path("webhooks/<str:ref>/replay", webhooks.ReplayWebhook.as_view()),
    path("webhooks/<str:ref>/deliveries", webhooks.WebhookDeliveries.as_view()),
    path("webhooks/<str:ref>/deliveries/<str:message_id>", webhooks.OneWebhookDelivery.as_view()),
    path("", include("inventory.api.urls")),
    path("", include("routing.api.urls")),
    path("", include("orders.api.urls")),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include(v1)),
    path("api/schema/", Schema.as_view(), name="api-schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    path("api/docs/problems/", problems_page, name="api-problems"),
]
