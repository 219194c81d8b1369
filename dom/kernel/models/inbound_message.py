"""What arrived, byte for byte, before anything understood it."""

from django.db import models


class InboundMessage(models.Model):
    """One raw message of a channel or partner. Partitioned by month on `at`; the database's key is (id, at).

    `body` holds personal data and is what erasure overwrites.
    """

    class Status(models.TextChoices):
        """Where the message stands."""

        RECEIVED = "RECEIVED", "Received"
        DONE = "DONE", "Done"
        FAILED = "FAILED", "Failed"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    connection = models.CharField(max_length=64)
    dedupe_key = models.CharField(max_length=255)
    subject_ref = models.CharField(max_length=64, blank=True)
    content_type = models.CharField(max_length=100)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    verified = models.BooleanField(default=False)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.RECEIVED)
    error = models.TextField(blank=True)

    class Meta:
        db_table = "kernel_inbound_message"
        managed = False

    def __str__(self) -> str:
        return f"{self.connection} {self.dedupe_key}"
