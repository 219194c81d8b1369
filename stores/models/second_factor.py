"""What proves who somebody is beside a password."""

from django.db import models


class SecondFactor(models.Model):
    """The key that a person's authenticator app shares with the product; it counts once `confirmed_at` is set.

    `sealed_key` opens with SECRET_KEY alone. `last_step` is the time step of the code used last: none works twice.
    """

    user = models.OneToOneField("auth.User", on_delete=models.CASCADE, related_name="second_factor")
    sealed_key = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    class Meta:
        db_table = "stores_second_factor"
        default_permissions = ()

    def __str__(self) -> str:
        return f"second factor of {self.user_id}"


class RecoveryCode(models.Model):
    """One of the codes that let a person in once without the app. It is kept as a digest."""

    user = models.ForeignKey("auth.User", on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "stores_recovery_code"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"


class KnownBrowser(models.Model):
    """A browser whose person asked not to be asked for a code there before `expires_at`."""

    user = models.ForeignKey("auth.User", on_delete=models.CASCADE, related_name="known_browsers")
    digest = models.CharField(max_length=64, unique=True)
    browser = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "stores_known_browser"
        default_permissions = ()

    def __str__(self) -> str:
        return f"browser of {self.user_id}"
