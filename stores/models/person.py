"""What a person has set, and what the product asks of the person."""

from django.db import models


class Person(models.Model):
    """What belongs to a user beyond name and password. `time_zone` is "" until the first log-in tells it."""

    user = models.OneToOneField("auth.User", on_delete=models.CASCADE, related_name="person")
    time_zone = models.CharField(max_length=64, blank=True)
    must_change_password = models.BooleanField(default=False)

    class Meta:
        db_table = "stores_person"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user_id)
