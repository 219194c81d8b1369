"""Mending the books: what a proof found, the entry that would compensate it, and who decided."""

from django.db import models
from django.db.models import Q


class Repair(models.Model):
    """A difference in one book of stock (inventory.books), with the entry that would end it; only a person posts one.

    `subject` names what differs by ids, `entry` the signed units; both are read again under the lock before anything
    is posted. A proposal whose difference went away or became another one is GONE.
    """

    class Status(models.TextChoices):
        """Where it stands; all but PROPOSED are ends."""

        PROPOSED = "PROPOSED", "Proposed"
        POSTED = "POSTED", "Posted"
        DISMISSED = "DISMISSED", "Dismissed"
        GONE = "GONE", "Gone"

    book = models.CharField(max_length=32)
    subject = models.JSONField()
    entry = models.JSONField()
    words = models.CharField(max_length=300)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.PROPOSED)
    proposed_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=150, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "inventory_repair"
        constraints = [
            models.UniqueConstraint(
                fields=["book", "subject"], condition=Q(status="PROPOSED"), name="repair_one_proposal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book} {self.id}: {self.status}"
