"""How people came in, or did not."""

from django.db import models


class LogInTry(models.Model):
    """One try to log in. `username` is what was typed, which may be nobody's; no password is kept."""

    class Outcome(models.TextChoices):
        """How it ended."""

        GOOD = "GOOD", "Logged in"
        WRONG = "WRONG", "Wrong name or password"
        WRONG_CODE = "WRONG_CODE", "Wrong code"
        THROTTLED = "THROTTLED", "Too many tries"

    at = models.DateTimeField()
    username = models.CharField(max_length=150)
    address = models.GenericIPAddressField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)

    class Meta:
        db_table = "stores_log_in_try"
        default_permissions = ()
        indexes = [
            models.Index(fields=["username", "-id"], name="log_in_try_of"),
            models.Index(fields=["at"], name="log_in_try_age"),
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.at:%Y-%m-%d %H:%M} {self.outcome}"


class LogInThrottle(models.Model):
    """Failures of one account or of one address in a row; nobody is asked for a password before `blocked_until`.

    `key` is a digest: the table tells nobody which names were tried.
    """

    key = models.CharField(max_length=64, unique=True)
    failures = models.IntegerField()
    last_at = models.DateTimeField()
    blocked_until = models.DateTimeField()

    class Meta:
        db_table = "stores_log_in_throttle"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.failures}"


class PersonSession(models.Model):
    """One place where a person is logged in; the session itself is Django's, and ends with its row there."""

    user = models.ForeignKey("auth.User", on_delete=models.CASCADE, related_name="person_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "stores_person_session"
        default_permissions = ()

    def __str__(self) -> str:
        return f"session of {self.user_id}"


class PasswordLink(models.Model):
    """A link with which a person sets a password, once and before `expires_at`. The secret is kept as a digest."""

    user = models.ForeignKey("auth.User", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.CharField(max_length=150)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "stores_password_link"
        default_permissions = ()

    def __str__(self) -> str:
        return f"link for {self.user_id}"
