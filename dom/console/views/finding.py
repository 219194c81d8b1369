"""What the palette asks while somebody types."""

from dataclasses import asdict

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, JsonResponse
from django.views import View

from dom.console.finding import find


class FindAnything(LoginRequiredMixin, View):
    """Answers with what the typed characters may mean, as JSON; everybody finds what they may open."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """Find."""
        found = find(request.GET.get("q", ""), request)
        return JsonResponse({"items": [asdict(one) for one in found]}, headers={"Cache-Control": "no-store"})
