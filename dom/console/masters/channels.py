"""For whom stock is, as merchandisers keep it: channels and their quotas."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from dom.console.masters import cells
from dom.console.masters.form import MasterForm, Part, Row
from dom.console.masters.master import Column, Filter, Link, Master, Switch, named, tags
from dom.kernel.errors import NotFound
from dom.kernel.ids import row_id
from dom.kernel.words import many
from inventory.api.feeds import CHANNELS
from inventory.api.rule_feeds import QUOTAS
from inventory.api.rule_shapes import QuotaShape
from inventory.api.shapes import ChannelShape
from inventory.models import Channel, ChannelQuota, NodeGroup
from inventory.services.quotas import end_quota


class ChannelForm(MasterForm):
    """All facts of one channel."""

    title = "Channel"
    word = "channel"
    help_text = "A channel is somebody who sells: a web shop, a marketplace, an app, a call center. Its orders name it."
    feed = CHANNELS
    parts = (
        Part("What it is", "", ("code", "name", "currency", "country", "time_zone")),
        Part("What it may sell", "The stock of these nodes is what the channel is told is available.",
             ("node_group", "accept")),
        Part("Fraud",
             "An order may say how risky it looks: attributes.fraud_score, 0 for harmless to 100 for surely fraud. "
             "Without a score it is not held for it.",
             ("fraud_screening", "fraud_score")),
        Part("Whether it sells", "", ("is_active",)),
    )  # fmt: skip

    code = cells.Code("Code", "What its orders call it. It never changes afterwards.")
    name = cells.Text("Name")
    currency = cells.Text("Currency", "Three letters, such as USD.")
    country = cells.Text("Country", "Two letters, such as US.")
    time_zone = cells.Text("Time zone", "Such as America/New_York.")
    node_group = cells.Choice("Sells the stock of")
    accept = cells.Choice(
        "Takes orders", "Always, or only where a cart has reserved the stock before.", choices=Channel.Accept.choices
    )
    fraud_screening = cells.Flag(
        "Holds risky orders", "Switched off, its orders are not held for their fraud score: somebody else screens them."
    )
    fraud_score = cells.Number(
        "Held from a score of", "An order with this score or more waits for customer service. Empty: 75."
    )
    is_active = cells.Flag("Sells", "Switched off, its orders are refused and it is told that nothing is available.")

    def prepare(self, subject: str) -> None:
        """Offer the groups."""
        field: Any = self.fields["node_group"]
        groups = NodeGroup.objects.order_by("code").values_list("code", "name")
        field.choices = [("", "Every node"), *((code, name or code) for code, name in groups)]
        super().prepare(subject)

    @classmethod
    def current(cls, subject: str) -> Row | None:
        """Return the channel as the API shows it."""
        channel = Channel.objects.select_related("node_group").filter(code=subject).first()
        return None if channel is None else ChannelShape().to_representation(channel)


def _by_code_or_name(rows: "QuerySet[Channel]", text: str) -> "QuerySet[Channel]":
    return rows.filter(Q(code__istartswith=text) | Q(name__icontains=text))


def _source(channel: Channel) -> str:
    group = channel.node_group
    return "every node" if group is None else group.name or group.code


def _related(code: str) -> list[Link]:
    group = NodeGroup.objects.filter(id__in=Channel.objects.filter(code=code).values("node_group_id")).first()
    quotas = ChannelQuota.objects.filter(channel__code=code).select_related("sku").order_by("sku__code")[:20]
    return [
        *([Link(f"Sells from group {group.name or group.code}", "node-groups", group.code)] if group else []),
        *(
            Link(f"Quota of {one.sku.code}: {one.used:,} of {many(one.quota, 'unit')}", "quotas", str(one.id))
            for one in quotas
        ),
    ]


MASTER = Master(
    slug="channels",
    words="Channels",
    about="Web shops, marketplaces and apps that sell: which nodes each may sell from, and in which currency.",
    form=ChannelForm,
    model=Channel,
    rows=lambda: Channel.objects.select_related("node_group"),
    found=_by_code_or_name,
    search="Code or name",
    columns=(
        Column("Name", lambda one: one.name, by="name"),
        Column("Sells from", _source),
        Column("Where", lambda one: named(f"{one.country}, {one.currency}", one.time_zone)),
        Column("Takes orders", lambda one: str(one.get_accept_display()), by="accept"),
        Column("Fraud", lambda one: f"held from {one.fraud_score}" if one.fraud_screening else "not screened"),
        Column("Sells", lambda one: tags([] if one.is_active else ["off"], "bad") or "yes"),
    ),
    filters=(
        Filter("sells", "Sells or not", lambda: (("yes", "Sells"), ("no", "Off")), lambda to: Q(is_active=to == "yes")),
    ),
    related=_related,
    blank={
        "is_active": True, "currency": "USD", "country": "US", "time_zone": "UTC", "accept": "ALWAYS",
        "fraud_screening": True, "fraud_score": 75,
    },
    switches=(
        Switch(
            "stop", "Stop selling", "is_active", False,
            lambda code: [
                f"{code} is told that nothing is available, and its new orders are refused.",
                "Orders that were accepted go on.",
            ],
            lambda row: bool(row["is_active"]),
        ),
        Switch(
            "sell", "Sell again", "is_active", True,
            lambda code: [f"{code} may sell again, and its orders are accepted."],
            lambda row: not row["is_active"],
        ),
    ),
)  # fmt: skip


class QuotaForm(MasterForm):
    """How many units of a SKU a channel may take."""

    title = "Quota"
    word = "quota"
    help_text = "A quota keeps a channel from taking more than its share of a SKU, however much stock there is."
    feed = QUOTAS
    named_by = ("channel", "sku")
    parts = (
        Part("For whom and what", "", ("channel", "sku")),
        Part("How much", "What the channel has taken already counts. A quota below that stops further orders.",
             ("quota",)),
    )  # fmt: skip

    channel = cells.Choice("Channel")
    sku = cells.Text("SKU", "Its code.")
    quota = cells.Number("It may take", unit="units")

    def prepare(self, subject: str) -> None:
        """Offer the channels."""
        field: Any = self.fields["channel"]
        channels = Channel.objects.order_by("code").values_list("code", "name")
        field.choices = [("", "Choose one"), *((code, name or code) for code, name in channels)]
        super().prepare(subject)

    @classmethod
    def current(cls, subject: Any) -> Row | None:
        """Return the quota whose id is `subject`, or that of (channel, SKU)."""
        rows = ChannelQuota.objects.select_related("channel", "sku")
        if isinstance(subject, tuple):
            one = rows.filter(channel__code=subject[0], sku__code=subject[1]).first()
        else:
            number = row_id(str(subject))
            one = None if number is None else rows.filter(id=number).first()
        return None if one is None else QuotaShape().to_representation(one)


def _end(*, code: str, at: datetime, actor: str) -> None:
    row = QuotaForm.current(code)
    if row is None:
        raise NotFound("The quota has ended already.")
    end_quota(channel=row["channel"], sku=row["sku"], at=at, actor=actor)


def _ending(subject: str) -> list[str]:
    row = QuotaForm.current(subject) or {"channel": "The channel", "sku": "the SKU"}
    return [f"{row['channel']} may take all of {row['sku']} that is available to it. Claims stay as they are."]


def _called(subject: str) -> str:
    row = QuotaForm.current(subject)
    return f"{row['channel']} · {row['sku']}" if row else "the quota"


QUOTA = Master(
    slug="quotas",
    words="Quotas",
    about="How many units of a SKU one channel may take. Without a quota it may take all that is available to it.",
    form=QuotaForm,
    model=ChannelQuota,
    rows=lambda: ChannelQuota.objects.select_related("channel", "sku"),
    found=lambda rows, text: rows.filter(sku__code__startswith=text),
    search="Beginning of a SKU's code",
    columns=(
        Column("What", lambda one: one.sku.name),
        Column("Taken", lambda one: f"{one.used:,}", number=True, by="used"),
        Column("Quota", lambda one: many(one.quota, "unit"), number=True, by="quota"),
        Column("Left", lambda one: f"{max(0, one.quota - one.used):,}", number=True),
    ),
    filters=(
        Filter(
            "channel", "Channel", lambda: Channel.objects.order_by("code").values_list("code", "name"),
            lambda to: Q(channel__code=to),
        ),
    ),
    retire=_end,
    retiring=_ending,
    called=_called,
    subject_of=lambda row: str(row.id),
    recorded_as=lambda row: f"{row['channel']} · {row['sku']}",
    order="id",
)  # fmt: skip
