"""Endpoints of quotas: how many units of a SKU a channel may take."""

from rest_framework.request import Request
from rest_framework.response import Response

from dom.kernel.errors import NotFound
from dom.kernel.rest.feed_view import FeedView
from dom.kernel.rest.feeds import TAKEN
from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import endpoint
from dom.kernel.rest.view import ApiView
from inventory.api import examples, rule_feeds
from inventory.api.filters import QuotaFilter
from inventory.api.rule_shapes import QuotaShape
from inventory.models import ChannelQuota
from inventory.services.quotas import end_quota


class Quotas(FeedView):
    """Units of a SKU that a channel may take, what it took already among them. Without a quota it may take all."""

    @endpoint(
        Scope.NETWORK_READ, "List quotas", tag="Rules", lists=QuotaShape, filters=QuotaFilter,
        answer_example=examples.QUOTA_SHOWN,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Answer one page of quotas with what is used of each."""
        del request
        return self.page(ChannelQuota.objects.select_related("channel", "sku"), by=("id",), shape=QuotaShape)

    @endpoint(
        Scope.NETWORK_WRITE, "Set quotas", tag="Rules", rows=QuotaShape, body_example=examples.QUOTAS, answers=TAKEN,
        answer_example=examples.SUMMARY, own_units=True,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        """Apply the rows. A quota below what is used already stops further claims and takes nothing back."""
        del request
        return self.take(rule_feeds.QUOTAS)


class OneQuota(ApiView):
    """One quota."""

    @endpoint(Scope.NETWORK_WRITE, "End a quota", tag="Rules", answers={204: None}, problems=(NotFound,))
    def delete(self, request: Request, channel: str, sku: str) -> Response:
        """Let the channel take all that is available to it; claims stay as they are."""
        del request
        end_quota(channel=channel, sku=sku, at=self.at, actor=self.caller.actor)
        return Response(status=204)
