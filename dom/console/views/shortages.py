"""What happens by itself where a node has less than it owes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse

from dom.console.acting import ConsoleAction
from dom.console.reach import Reach
from dom.console.seeing import SeenSetting
from dom.kernel.words import many
from orders.giving_way import KIND, ShortagePolicy
from orders.services.short_stock import live_policy, publish_policy


def in_words(policy: ShortagePolicy) -> str:
    """Return what a policy does, in a sentence."""
    if not policy.automatic:
        return "Nothing is sent elsewhere by itself: somebody takes work back here."
    wait = f"{many(policy.wait_minutes, 'minute')} after the last count" if policy.wait_minutes else "At once"
    levels = many(policy.most_levels, "short level")
    return f"{wait}, work that nobody has begun goes elsewhere; a node with more than {levels} is left to a person."


class HandlingForm(SeenSetting):
    """Whether, and how soon, work gives way."""

    title = "How shortages are handled"
    help_text = (
        "Work that nobody has begun is routed to another node: first what others can serve too, then what has time"
        " until its promise, then the less urgent and the latest order. Work that a node has accepted stays."
    )
    writes_itself = True
    kind = KIND

    automatic = forms.BooleanField(label="Route what is short elsewhere by itself", required=False)
    wait_minutes = forms.IntegerField(
        label="Minutes to wait", min_value=0,
        help_text="Counted from the last count, feed or adjustment: time to look again.",
    )  # fmt: skip
    most_levels = forms.IntegerField(
        label="Short levels of a node, at most", min_value=1,
        help_text="A node with more is left to a person: that is what a broken feed looks like.",
    )  # fmt: skip

    def now(self, subject: str) -> Mapping[str, Any]:
        """Return what counts now."""
        policy = live_policy()
        return {name: getattr(policy, name) for name in ShortagePolicy.__slots__}

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Publish it; return what happened, in words."""
        self.join(subject)
        body = {name: self.cleaned_data[name] for name in ShortagePolicy.__slots__}
        publish_policy(body=body, at=at, actor=actor)
        return in_words(live_policy())


class ShortageHandling(ConsoleAction):
    """Says what counts for every node from here on."""

    permission_required = "inventory.change_stocklevel"
    reach = Reach.NETWORK
    form_class = HandlingForm

    def back(self) -> str:
        """Return the list of what is short."""
        return f"{reverse('console:stock')}?view=short"
