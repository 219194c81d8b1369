"""Answers what the frame around every page shows: the look, which is everybody's, and the menu, which is a person's."""

from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from unfold.sites import UnfoldAdminSite

from dom.console import shell


class ConsoleSite(UnfoldAdminSite):  # type: ignore[misc]  # its annotations are partial
    """The admin site without a form of any model.

    With them, whoever may change people could make administrators of them, and nothing would be written down.
    """

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return the frame for whoever asks."""
        return {
            **self._look,
            "has_permission": self.has_permission(request),
            "environment": shell.environment(),
            "sidebar_navigation": self.get_sidebar_list(request),
        }

    @cached_property
    def _look(self) -> dict[str, Any]:
        """Names, colors, styles and scripts. Unfold works them out for every page; they change with a release alone."""
        nobody = HttpRequest()
        nobody.META["SCRIPT_NAME"], nobody.user = "", AnonymousUser()
        look: dict[str, Any] = super().each_context(nobody)
        return look

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Return the groups of the menu with what the person may open, each place with whether one is there."""
        groups = (
            (group, [(one, one.is_around(request.path)) for one in group.places if one.is_open_to(request.user)])
            for group in (shell.menu() if self.has_permission(request) else ())
        )
        return [{"title": group.title, "places": places} for group, places in groups if places]
