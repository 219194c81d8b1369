"""The editor of a document: from what is live to a draft, a check in words, and the next version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from dom.console.documents.editor import Body, draw, homeless, posted, read
from dom.console.documents.hours import suggested
from dom.console.views.documents import _OfSort, drop_draft, packed, to_page, unpacked
from dom.kernel import config
from dom.kernel.errors import ChangedMeanwhile, DomainError
from dom.kernel.models import ConfigVersion
from dom.kernel.transactions import unit_of_work

_LONGEST_NAME = 64


@dataclass(slots=True)
class Desk:
    """What lies on the desk: the body that was opened, the body as it is being written, and what is said of it."""

    base: Body
    body: Body
    live: int = 0
    draft: str = ""
    note: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)
    checked: dict[str, Any] | None = None
    conflict: dict[str, Any] | None = None


class DocumentEditor(_OfSort):
    """One document being written. Nothing is live before somebody publishes it with a note."""

    template_name = "console/editor.html"
    verb = "change"

    @property
    def scope(self) -> str:
        """The name of the document; empty while it has none."""
        return str(self.kwargs.get("scope", "")) or self.sort.one_only

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Open the draft, else what is live, else an empty one or one like another."""
        live, draft = self._held(self.scope)
        if self.kwargs.get("scope") and live is None and draft is None and not self.sort.one_only:
            raise Http404(f"There is no {self.sort.word} {self.scope}.")
        body: Body = (draft or live).body if draft or live else self._beginning()  # type: ignore[union-attr]  # one is there
        desk = Desk(body, body, live.number if live else 0, draft.digest if draft else "", draft.note if draft else "")
        return self._show(desk)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Check what was typed, keep it as a draft, publish it, or forget the draft."""
        do = request.POST.get("do", "check")
        if do == "drop" and self.scope:
            return drop_draft(request, self.sort, self.scope)
        desk = self._desk(request)
        if do == "suggest":
            return self._show(desk)
        try:
            if do == "draft":
                return self._keep(desk)
            self._check(desk)
            if do == "publish" and not desk.wrong:
                return self._publish(desk)
        except ChangedMeanwhile as refusal:
            self._compare(desk, str(refusal))
        except DomainError as refusal:
            desk.wrong = self._blamed(refusal)
        return self._show(desk, status=409 if desk.conflict else 400 if desk.wrong else 200)

    def _held(self, scope: str) -> tuple[ConfigVersion | None, ConfigVersion | None]:
        return (config.live(self.sort.kind, scope), config.draft(self.sort.kind, scope)) if scope else (None, None)

    def _beginning(self) -> Body:
        like = config.live(self.sort.kind, self.request.GET.get("like", ""))
        return {**like.body, self.sort.named_by: ""} if like else dict(self.sort.blank)

    def _desk(self, request: HttpRequest) -> Desk:
        base = unpacked(request.POST.get("base", ""))
        before = self.sort.page(base)
        page = read(self.sort.block(), posted(request.POST), before)
        _suggest(page, request.POST.getlist("suggested"))
        body = base if page == before else self.sort.document(page)
        live = request.POST.get("live", "")
        number = int(live) if live.isascii() and live.isdigit() and len(live) < 9 else 0
        return Desk(base, body, number, request.POST.get("draft", ""), request.POST.get("note", "").strip()[:400])

    def _scope_of(self, desk: Desk) -> str:
        return self.scope or self.sort.scope_of(desk.body)

    def _check(self, desk: Desk) -> None:
        told = self.sort.read(desk.body)
        desk.wrong = dict(told.wrong or {}) | self._name_faults(desk)
        if desk.wrong:
            return
        live = config.live(self.sort.kind, self._scope_of(desk))
        desk.checked = {
            "sentences": told.sentences,
            "lines": self.sort.differ(live.body if live else None, desk.body),
            "warnings": self.sort.warns(desk.body),
            "effects": self.sort.foresees(desk.body, timezone.now()),
        }
        if self.request.POST.get("do") == "publish" and not desk.note:
            desk.wrong = {"note": "Say why: colleagues read it in the history."}

    def _name_faults(self, desk: Desk) -> dict[str, str]:
        scope = self._scope_of(desk)
        if not scope or len(scope) > _LONGEST_NAME:
            return {self.sort.named_by: f"It needs a name of 1 to {_LONGEST_NAME} characters."}
        if not self.scope and any(self._held(scope)):
            return {self.sort.named_by: "There is one of this name already. Open it to change it."}
        return {}

    def _keep(self, desk: Desk) -> Any:
        desk.wrong = self._name_faults(desk)
        if desk.wrong:
            return self._show(desk, status=400)
        scope = self._scope_of(desk)
        with unit_of_work():
            self._require(desk, scope)
            config.save_draft(
                kind=self.sort.kind, scope=scope, body=desk.body, author=self._who, at=timezone.now(), note=desk.note
            )
        messages.success(self.request, "The draft is kept. Nothing is live of it yet.")
        return redirect("console:document-edit", self.sort.kind, scope)

    def _publish(self, desk: Desk) -> HttpResponseBase:
        scope = self._scope_of(desk)
        with unit_of_work():
            self._require(desk, scope)
            version = self.sort.publish(desk.body, note=desk.note, at=timezone.now(), actor=self._who)
            config.drop_draft(kind=self.sort.kind, scope=scope)
        said = "is live" if version.number != desk.live else "was live already: nothing was changed"
        return to_page(self.request, self.sort, scope, f"Version {version.number} {said}.")

    @property
    def _who(self) -> str:
        return self.request.user.get_username()

    def _require(self, desk: Desk, scope: str) -> None:
        config.require_unchanged(kind=self.sort.kind, scope=scope, live_number=desk.live, draft_digest=desk.draft)

    def _compare(self, desk: Desk, words: str) -> None:
        """Show what the other made of it beside what was typed; saving again keeps what was typed."""
        live, draft = self._held(self._scope_of(desk))
        theirs = draft or live
        desk.conflict = {
            "words": words,
            "who": theirs.author if theirs else "",
            "theirs": self.sort.differ(desk.base, theirs.body) if theirs else [],
            "mine": self.sort.differ(desk.base, desk.body),
        }
        desk.live, desk.draft = (live.number if live else 0), (draft.digest if draft else "")

    def _blamed(self, refusal: DomainError) -> dict[str, str]:
        errors: Any = refusal.facts.get("errors")
        return {str(e["field"]): str(e["message"]) for e in errors} if errors else {"": str(refusal)}

    def _show(self, desk: Desk, *, status: int = 200) -> Any:
        sort, page = self.sort, self.sort.page(desk.body)
        block = sort.block()
        wrong = {sort.placed(page, path): words for path, words in desk.wrong.items() if path != "note"}
        self.title = f"{sort.word} {self.scope}" if self.scope and not sort.one_only else f"New {sort.word}"
        self.title = sort.words if sort.one_only else self.title
        context = self.get_context_data(
            desk=desk, scope=self.scope, base=packed(desk.base), row=draw(block, page, wrong, fixed=bool(self.scope)),
            homeless=homeless(block, page, wrong), note_wrong=desk.wrong.get("note", ""),
            suggestions=self._suggestions(page), sought=self.request.POST,
        )  # fmt: skip
        return render(self.request, self.template_name, context, status=status)

    def _suggestions(self, page: Body) -> list[tuple[str, str]]:
        asked = self.request.POST
        country = asked.get("country", "")
        if asked.get("do") != "suggest" or not country:
            return []
        year = timezone.localdate().year
        known = {str(day) for day in page.get("holidays") or ()}
        region = asked.get("region", "").strip().upper()
        return suggested(country=country.strip().upper(), region=region, years=range(year, year + 2), known=known)


def _suggest(page: Body, days: Sequence[str]) -> None:
    """Add holidays that were ticked among the suggestions."""
    told = [day for day in days if _is_day(day)]
    if told:
        page["holidays"] = sorted({*(str(day) for day in page.get("holidays") or ()), *told})


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
