"""What the palette asks while somebody types."""

from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from django.views import View

from dom.console.finding import find
from dom.console.reach import Reach, Reaching


class FindAnything(Reaching, View):
    """Answers with what the typed characters may mean, as JSON; everybody finds what they may open."""

    permission_required = ()
    reach = Reach.OWN_NODES

    def get(self, request: HttpRequest) -> JsonResponse:
        """Find."""
        found = find(request.GET.get("q", ""), request)
        return JsonResponse({"items": [asdict(one) for one in found]}, headers={"Cache-Control": "no-store"})
