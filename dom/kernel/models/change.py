"""Who changed master data or configuration, from what to what."""

from django.db import models


class Change(models.Model):
    """One change of one thing: a SKU, node, group, channel, quota, or a published document. Append-only.

    Triggers on the tables of master data write it, so that no path escapes; `fields` maps the name of a column to
    [before, after]. A creation has no fields: what is there now, less later changes, is what was created.
    """

    class Verb(models.TextChoices):
        """What happened to the thing."""

        CREATED = "CREATED", "Created"
        CHANGED = "CHANGED", "Changed"
        REMOVED = "REMOVED", "Removed"
        PUBLISHED = "PUBLISHED", "Published"

    at = models.DateTimeField()
    actor = models.CharField(max_length=150, blank=True)
    kind = models.CharField(max_length=32)
    code = models.CharField(max_length=130)
    verb = models.CharField(max_length=16, choices=Verb.choices)
    fields = models.JSONField(default=dict)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "kernel_change"
        indexes = [
            models.Index(fields=["kind", "code", "id"], name="change_of_thing"),
            models.Index(fields=["actor", "id"], name="change_by_actor"),
            models.Index(fields=["at"], name="change_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.verb}"
