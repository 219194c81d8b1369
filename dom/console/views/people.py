"""The people: who they are, what they may do, where they are logged in; and what colleagues do about that."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from dom.console.acting import ActionForm, ConsoleAction
from dom.console.entering import must_have_second_factor
from dom.console.masters.cells import Many
from dom.console.pages import ConsolePage
from dom.console.reach import Reach
from dom.console.roles import ROLES
from dom.console.seeing import SeenForm, last_change
from dom.console.sorting import Sort, Sorting
from dom.kernel import config
from dom.kernel.changes import changes_of
from dom.kernel.errors import DomainError
from dom.kernel.transactions import unit_of_work
from dom.kernel.words import many
from inventory.models import Node
from stores.selectors.people import nodes_of, people, sessions_of, tries_of
from stores.selectors.second_factor import second_factor_of
from stores.services import people as services
from stores.services import second_factor
from stores.services.access import PEOPLE

_WORDS = {
    "nodes": "nodes", "roles": "roles", "active": "may log in", "password": "password",
    "password_link": "password link",
    "second_factor": "second factor", "recovery_codes": "recovery codes", "recovery_code": "recovery code",
    "sessions": "open sessions", "first_name": "first name", "last_name": "last name", "email": "e-mail",
}  # fmt: skip

SORTS = (
    Sort("added", "Added", "id", "age"),
    Sort("name", "Name", "username", "text"),
    Sort("login", "Last log-in", "last_login", "time", gaps=True, down=True),
)


class People(ConsolePage):
    """Everybody, by name, role and state."""

    title = "People"
    template_name = "console/people.html"
    permission_required = "auth.view_user"
    reach = Reach.NETWORK

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of people."""
        asked = self.request.GET
        rows = people(search=asked.get("q", ""), role=asked.get("role", ""), gone="gone" in asked)
        sorting = Sorting(asked, SORTS, default="added")
        return super().get_context_data(
            page=sorting.page(rows), sorting=sorting, asked=asked, roles=sorted(ROLES), at=timezone.now(), **kwargs
        )


class PersonPage(ConsolePage):
    """One person: roles, nodes, sessions, tries to log in, and who changed what."""

    title = "Person"
    template_name = "console/person.html"
    permission_required = "auth.view_user"
    reach = Reach.NETWORK

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the person."""
        person, at = _person(kwargs["username"]), timezone.now()
        self.title = person.get_full_name() or person.username
        names = sorted(group.name for group in person.groups.all())
        return super().get_context_data(
            person=person,
            roles=[(name, ROLES[name].words if name in ROLES else "") for name in names],
            sees_every_node=person.is_superuser or any(name in ROLES and ROLES[name].everywhere for name in names),
            nodes=nodes_of(person.pk),
            sessions=sessions_of(person.pk, at=at),
            factor=second_factor_of(person, at=at),
            must=must_have_second_factor(person),
            tries=tries_of(person.username),
            changes=[
                (change, [(_WORDS.get(name, name), *both) for name, both in change.fields.items()])
                for change in changes_of(PEOPLE, person.username)[:30]
            ],
            at=at,
            **kwargs,
        )


def _person(username: str) -> User:
    for gone in (False, True):
        found = people(gone=gone).filter(username=username).first()
        if found is not None:
            return found
    raise Http404(f"Nobody is called {username}.")


class ProfileForm(SeenForm):
    """Name, roles and nodes of a person."""

    title = "Change roles and nodes"
    help_text = "What the person may see and do changes with the next page that is opened."
    submit = "Save"

    first_name = forms.CharField(label="First name", max_length=150)
    last_name = forms.CharField(label="Last name", max_length=150)
    email = forms.EmailField(label="E-mail", required=False)
    roles = Many("Roles", choices=[(name, f"{name}: {role.words}") for name, role in ROLES.items()])
    nodes = Many("Nodes", "They limit people of stores; other roles see every node.", filtered=True)

    def prepare(self, subject: str) -> None:
        """Begin with what the person has."""
        self._offer()
        self.begin(subject)

    def _offer(self) -> None:
        rows = Node.objects.order_by("code").values_list("code", "name")
        self.fields["nodes"].choices = [(code, f"{code} {name}".strip()) for code, name in rows]  # type: ignore[attr-defined]  # a choice field

    def now(self, subject: str) -> Mapping[str, Any]:
        """Return name, roles and nodes."""
        person = _person(subject)
        return {
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": person.email,
            "roles": [group.name for group in person.groups.all()],
            "nodes": [node.code for node in nodes_of(person.pk)],
        }

    def hold(self, subject: str) -> None:
        """Let two who change people in forms queue up."""
        config.tick()

    def changed_by(self, subject: str) -> str:
        """Return whom the record names."""
        return last_change(PEOPLE, subject)

    @property
    def profile(self) -> services.Profile:
        """What was typed."""
        data = self.cleaned_data
        return services.Profile(data["first_name"], data["last_name"], data["email"], data["roles"], data["nodes"])

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Change the person; return what happened, in words."""
        self.join(subject)
        services.change_person(username=subject, profile=self.profile, at=at, actor=actor)
        return f"{subject} has the roles and nodes that you chose."


class AddForm(ProfileForm):
    """A new person."""

    title = "Add a person"
    help_text = "You get a link to hand over. With it the person chooses a password, once, within a day."
    submit = "Add and make the link"

    username = forms.RegexField(
        r"^[\w.@+-]+$", label="Username", max_length=150, help_text="Letters, digits and . @ + - _; it never changes."
    )
    field_order = ("username",)

    def prepare(self, subject: str) -> None:
        """Begin with nothing."""
        self._offer()

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Add the person; return the username."""
        username = self.cleaned_data["username"]
        services.add_person(username=username, profile=self.profile, at=at, actor=actor)
        return str(username)


class DeactivateForm(ActionForm):
    """Somebody leaves."""

    title = "Let the person go"
    help_text = "The person is logged out everywhere and cannot log in again. What the person did stays written."
    submit = "Let go"
    dangerous = True

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Deactivate; return what happened, in words."""
        services.set_active(username=subject, active=False, at=at, actor=actor)
        return f"{subject} is logged out everywhere and cannot log in again."


class ReactivateForm(ActionForm):
    """Somebody comes back."""

    title = "Let the person come back"
    submit = "Let come back"

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Activate; return what happened, in words."""
        services.set_active(username=subject, active=True, at=at, actor=actor)
        return f"{subject} can log in again."


class EndSessionsForm(ActionForm):
    """Somebody is logged in where they should not be."""

    title = "End the sessions"
    help_text = "The person has to log in again, everywhere."
    submit = "End all sessions"

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """End them; return what happened, in words."""
        ended = services.end_sessions_of(username=subject, at=at, actor=actor)
        return f"{many(ended, 'session')} ended."


class ResetSecondFactorForm(ActionForm):
    """Somebody lost the phone and the recovery codes."""

    title = "Reset the second factor"
    help_text = (
        "Make sure that it is really the person who asks. The person is logged out everywhere, logs in with the "
        "password alone and sets up a new second factor."
    )
    submit = "Reset it"
    dangerous = True

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Reset it; return what happened, in words."""
        second_factor.reset(username=subject, at=at, actor=actor)
        return f"{subject} logs in with the password alone until a new second factor is set up."


class LinkForm(ActionForm):
    """Somebody has no password, or forgot it."""

    title = "Make a password link"
    help_text = "With it the person chooses a new password, once, within a day. Earlier links end."
    submit = "Make the link"

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Say for whom; the view makes the link in the same unit of work."""
        del at, actor
        return subject


FORMS: Mapping[str, type[ActionForm]] = {
    "roles": ProfileForm,
    "deactivate": DeactivateForm,
    "reactivate": ReactivateForm,
    "end-sessions": EndSessionsForm,
    "reset-second-factor": ResetSecondFactorForm,
}


class PersonAction(ConsoleAction):
    """Carries out one form of the person's page and goes back to it."""

    forms = FORMS
    template_name = "console/fields.html"
    permission_required = "auth.change_user"
    reach = Reach.NETWORK
    audited_as = ""
    subject_name = "username"

    def back(self) -> str:
        """Return the person's page."""
        return reverse("console:person", args=[self.subject])


class _LinkAction(ConsoleAction):
    """Ends with a link that is shown this once."""

    reach = Reach.NETWORK
    audited_as = ""
    subject_name = "username"
    form_class: type[ActionForm] = LinkForm

    def post(self, request: HttpRequest, **_named: str) -> HttpResponseBase:
        """Act, make the link within the same unit of work, and show it."""
        form, at, actor = self.form_type()(request.POST), timezone.now(), request.user.get_username()
        form.prepare(self.subject)
        if not form.is_valid():
            return self._page(form, status=400)
        try:
            with unit_of_work():
                username = form.carry_out(self.subject, at=at, actor=actor)
                secret = services.make_link(username=username, at=at, actor=actor)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self._page(form, status=409)
        context = {
            **admin.site.each_context(request),
            "title": "The link is ready",
            "link": request.build_absolute_uri(reverse("welcome", args=[secret])),
            "username": username,
            "hours": int(services.LINK_LIVES.total_seconds() // 3600),
        }
        answer = render(request, "console/person_link.html", context)
        answer["Cache-Control"] = "no-store"
        return answer

    def back(self) -> str:
        """Return the person's page, or the list."""
        return reverse("console:person", args=[self.subject]) if self.subject else reverse("console:people")


class AddPerson(_LinkAction):
    """Adds a person."""

    template_name = "console/fields.html"
    permission_required = "auth.add_user"
    form_class = AddForm


class PersonLink(_LinkAction):
    """Makes a password link."""

    permission_required = "auth.change_user"
