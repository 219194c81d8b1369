"""Endpoints of counts: what a handheld or a WMS opens, enters, hands in and posts."""

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import Count, Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from dom.kernel.errors import NotFound
from dom.kernel.rest import etags
from dom.kernel.rest.errors import NodeForbidden
from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import endpoint
from dom.kernel.rest.view import ApiView
from inventory.api import examples_of_counts as examples
from inventory.api.codes import sku_ids
from inventory.api.count_shapes import CountAsk, CountInListShape, CountShape, EnterAsk, RecountAsk
from inventory.errors import ApprovalRefused, CountRefused
from inventory.models import CountSession, Node
from inventory.selectors.counts import Seen, worth_counting
from inventory.services import counting

_TAG = "Counts"
_REFUSALS = (NotFound, CountRefused)
_SHOWN = {200: CountShape}


class CountFilter(django_filters.FilterSet):
    """Narrows counts."""

    status = django_filters.ChoiceFilter(choices=CountSession.Status.choices, label="Where it stands")
    node = django_filters.CharFilter(field_name="node__code", label="At this node")

    class Meta:
        model = CountSession
        fields: list[str] = []


def _visible(view: ApiView) -> "QuerySet[CountSession]":
    rows = CountSession.objects.select_related("node")
    rows = rows.annotate(size=Count("lines"), counted=Count("lines", filter=Q(lines__counted__isnull=False)))
    return rows.filter(node__code__in=view.caller.nodes) if view.caller.nodes else rows


def _found(view: ApiView, ref: str) -> CountSession:
    found = _visible(view).filter(ref=ref).prefetch_related("lines__sku").first()
    if found is None:
        raise NotFound(f"There is no count {ref[:64]}.", ref=ref[:64])
    return found


def _shown(view: ApiView, ref: str, status: int = 200) -> Response:
    session = _found(view, ref)
    headers = {"ETag": etags.of_revision(session.revision), "Location": f"/api/v1/counts/{ref}"}
    return Response(CountShape(session).data, status=status, headers=headers)


class Counts(ApiView):
    """Counts of what is on the shelves. They change no stock before they are posted."""

    @endpoint(
        Scope.STOCK_READ, "List counts", tag=_TAG, lists=CountInListShape, filters=CountFilter,
        answer_example=examples.LISTED,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Answer one page of counts, the latest first."""
        del request
        return self.page(_visible(self), by=("-id",), shape=CountInListShape)

    @endpoint(
        Scope.STOCK_WRITE, "Open a count", tag=_TAG, body=CountAsk, body_example=examples.ASKED,
        answers={201: CountShape}, answer_example=examples.SHOWN, problems=(NodeForbidden, CountRefused),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Open it."""
        del request
        asked = self.asked
        self.caller.must_use(asked["node"])
        session = counting.open_count(
            node=asked["node"], sku_ids=self._skus(), blind=asked["blind"], chosen_by=self._words(), note=asked["note"],
            at=self.at, actor=self.caller.actor,
        )  # fmt: skip
        return _shown(self, session.ref, 201)

    def _skus(self) -> list[int]:
        if "skus" in self.asked:
            ids = sku_ids(self.asked["skus"], place="skus/{n}")
            return [ids[code] for code in self.asked["skus"]]
        node_id = Node.objects.filter(code=self.asked["node"]).values_list("id", flat=True).first()
        chosen = dict(self.asked.get("choose") or {"never_counted": False, "most": 30})
        never = chosen.pop("never_counted")
        return worth_counting(node_id, at=self.at, never=never, **chosen) if node_id else []

    def _words(self) -> str:
        if "skus" in self.asked:
            return "named one by one"
        chosen = self.asked.get("choose", {})
        parts = [f"tagged {chosen['tag']}"] if "tag" in chosen else []
        parts += [f"class {chosen['abc']}"] if "abc" in chosen else []
        return ", ".join([*parts, "never counted" if chosen.get("never_counted") else "longest ago counted"])


class OneCount(ApiView):
    """One count with its SKUs. While it is blind and open nobody is shown what the books say."""

    @endpoint(
        Scope.STOCK_READ, "Read a count", tag=_TAG, answers=_SHOWN, answer_example=examples.SHOWN, problems=(NotFound,)
    )
    def get(self, request: Request, ref: str) -> Response:
        """Answer the count."""
        del request
        return _shown(self, ref)


class _Step(ApiView):
    """One step; If-Match keeps two people from taking it on what one of them saw before the other."""

    def take(self, service: Callable[..., object], ref: str, **asked: Any) -> Response:
        """Take the step and answer the count as it stands after it."""
        self.must_match(_found(self, ref).revision)
        service(ref=ref, at=self.at, actor=self.caller.actor, **asked)
        return _shown(self, ref)


class EnterCount(_Step):
    """Take down what somebody found; lines may come one by one, as they are scanned."""

    @endpoint(
        Scope.STOCK_WRITE, "Enter what was found", tag=_TAG, body=EnterAsk, body_example=examples.ENTERED,
        answers=_SHOWN, answer_example=examples.SHOWN, problems=_REFUSALS,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Keep it."""
        del request
        lines = self.asked["lines"]
        ids = sku_ids([line["sku"] for line in lines], place="lines/{n}/sku")
        seen = [Seen(ids[line["sku"]], line["counted"], line.get("counted_at", self.at)) for line in lines]
        return self.take(counting.enter_counts, ref, seen=seen)


class SubmitCount(_Step):
    """Say that everything is counted; somebody looks at the differences."""

    @endpoint(
        Scope.STOCK_WRITE, "Hand a count in", tag=_TAG, answers=_SHOWN, answer_example=examples.REVIEWED,
        problems=_REFUSALS,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Hand it in."""
        del request
        return self.take(counting.submit_count, ref)


class RecountCount(_Step):
    """Have some SKUs counted once more; what was found of them is forgotten."""

    @endpoint(
        Scope.STOCK_WRITE, "Count some SKUs once more", tag=_TAG, body=RecountAsk,
        body_example={"skus": ["TEE-BLACK-M"]}, answers=_SHOWN, answer_example=examples.SHOWN, problems=_REFUSALS,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Send it back."""
        del request
        codes = self.asked["skus"]
        lines = _found(self, ref).lines.filter(sku__code__in=codes)
        return self.take(counting.recount, ref, line_ids=list(lines.values_list("id", flat=True)))


class PostCount(_Step):
    """Make the books say what was counted. What moved since is taken into account; a later count is not undone."""

    @endpoint(
        Scope.STOCK_WRITE, "Post a count", tag=_TAG, answers=_SHOWN, answer_example=examples.POSTED,
        problems=(*_REFUSALS, ApprovalRefused),
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Post it; a large difference is posted by somebody who has not counted."""
        del request
        return self.take(counting.post_count, ref)


class CancelCount(_Step):
    """Give a count up; the books stay as they are."""

    @endpoint(
        Scope.STOCK_WRITE, "Cancel a count", tag=_TAG, answers=_SHOWN,
        answer_example={**examples.SHOWN, "status": "CANCELLED", "revision": 2}, problems=_REFUSALS,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Give it up."""
        del request
        return self.take(counting.cancel_count, ref)
