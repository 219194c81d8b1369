"""Answers how far a person reaches: who is limited to nodes sees, and acts on, what belongs to those nodes alone."""

from collections.abc import Collection, Sequence
from enum import Enum
from typing import Any, ClassVar, TypeVar

from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase

from inventory.models import Node
from stores.selectors.access import allowed_nodes, within

M = TypeVar("M", bound=Model)


class Reach(Enum):
    """To what the things of a page belong, and so what becomes of somebody who is limited to nodes."""

    #: Each row belongs to a node: shown and acted on within the person's own nodes; the rest is as good as absent.
    OWN_NODES = "own nodes"
    #: It adds nodes up, or decides for all of them: refused to who is limited to some.
    NETWORK = "network"
    #: No node has a part in it: the permission alone decides.
    NO_NODE = "no node"


class Reaching(LoginRequiredMixin, PermissionRequiredMixin):
    """Guards a page or an action by permission and by nodes; every view of the console is one.

    A stranger is sent to the log-in page, a known person without the permission, or beyond reach, gets 403, and what
    lies at other nodes does not exist: 404. A view that does not say its `reach` is closed to who is limited to nodes.
    """

    reach: ClassVar[Reach] = Reach.NETWORK
    request: HttpRequest

    @classmethod
    def is_open_to(cls, user: Any) -> bool:
        """Whether nodes do not keep `user` out; the permission is asked for elsewhere."""
        return cls.reach is not Reach.NETWORK or allowed_nodes(user) is None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask who is there, then for the thing of the address, and only then answer."""
        if request.user.is_authenticated and self.has_permission():
            if not self.is_open_to(request.user):
                refused: HttpResponseBase = self.handle_no_permission()
                return refused
            self.find()
        return super().dispatch(request, *args, **kwargs)

    def handle_no_permission(self) -> Any:
        """Send strangers to the log-in page and refuse known people plainly."""
        self.raise_exception = self.request.user.is_authenticated
        return super().handle_no_permission()

    def find(self) -> None:
        """Look for what the address names, for somebody who has the permission.

        Raises:
            Http404: there is no such thing, or none within reach.
            PermissionDenied: it is there, and not this person's to act on.
        """

    @property
    def allowed(self) -> frozenset[int] | None:
        """The ids of the nodes within reach; None for every node."""
        return allowed_nodes(self.request.user)

    def within(self, rows: "QuerySet[M]", field: str = "node_id") -> "QuerySet[M]":
        """Return those of `rows` whose `field` is a node within reach."""
        return within(rows, self.request.user, field)

    def at_either_end(self, rows: "QuerySet[M]") -> "QuerySet[M]":
        """Return those of `rows` that come from a node within reach, or go to one."""
        allowed = self.allowed
        return rows if allowed is None else rows.filter(Q(from_node_id__in=allowed) | Q(to_node_id__in=allowed))

    def among(self, node_ids: Collection[int] | None) -> list[int] | None:
        """Return which of `node_ids` (None: every node) are within reach; None where all nodes are."""
        allowed = self.allowed
        if allowed is None:
            return None if node_ids is None else list(node_ids)
        return sorted(allowed if node_ids is None else allowed.intersection(node_ids))

    def node_codes(self) -> Sequence[str]:
        """Return the codes that a filter offers."""
        return list(self.within(Node.objects.order_by("code"), "id").values_list("code", flat=True))

    def must_reach(self, *node_ids: int, what: str) -> None:
        """Let nobody on who reaches none of the nodes.

        Raises:
            Http404: `what` is as good as absent.
        """
        if not reaches(self.request.user, *node_ids):
            raise Http404(f"There is no {what}.")

    def must_work_at(self, *nodes: Node) -> None:
        """Let nobody on who works at none of `nodes`, one of whom has to do this.

        Raises:
            PermissionDenied: and it says where it is done.
        """
        if not reaches(self.request.user, *(node.id for node in nodes)):
            raise PermissionDenied(f"This is done at {' or '.join(node.code for node in nodes)}.")


def reaches(user: Any, *node_ids: int) -> bool:
    """Return whether one of the nodes is within the reach of `user`."""
    allowed = allowed_nodes(user)
    return allowed is None or not allowed.isdisjoint(node_ids)


def node_choices(user: Any) -> list[tuple[str, str]]:
    """Return what a form offers `user`: the nodes within reach that are not closed, by code."""
    rows = within(Node.objects.exclude(status=Node.Status.CLOSED), user, "id").order_by("code")
    return [(code, f"{code} · {name}" if name else code) for code, name in rows.values_list("code", "name")]
