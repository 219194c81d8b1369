"""Lets in who sends `Authorization: Bearer <key>`, and nobody else."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from dom.kernel.rest.keys import Caller, caller_of
from dom.kernel.rest.problems import UNAUTHENTICATED, FrameProblem

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="api"'}


class BearerKey(BaseAuthentication):
    """API keys in the Authorization header; never in the address, where logs would keep them."""

    def authenticate(self, request: Request) -> tuple[Caller, Caller]:
        """Return the caller.

        Raises:
            FrameProblem: 401, whatever the reason: a stranger learns nothing about our keys.
        """
        kind, _, key = request.headers.get("Authorization", "").partition(" ")
        caller = caller_of(key.strip(), at=timezone.now()) if kind.lower() == "bearer" else None
        if caller is None:
            raise FrameProblem(UNAUTHENTICATED, "Send Authorization: Bearer <key> with a key that is live.", CHALLENGE)
        return caller, caller
