"""A named way to look at a list, kept for a person and shared with a role."""

from django.db import models


class SavedView(models.Model):
    """What somebody filtered a list by, under a name; `role` shares it, `is_default` opens the owner's list with it."""

    class List(models.TextChoices):
        """The lists that views are of."""

        ORDERS = "ORDERS", "Orders"
        WORK = "WORK", "Fulfillment orders"

    of = models.CharField(max_length=8, choices=List.choices)
    name = models.CharField(max_length=60)
    owner = models.CharField(max_length=150)
    role = models.CharField(max_length=150, blank=True, db_default="", default="")
    query = models.CharField(max_length=1000)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "orders_saved_view"
        constraints = [models.UniqueConstraint(fields=["owner", "of", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name
