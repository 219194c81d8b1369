"""The network and the configuration as decisions saw them."""

from django.db import models


class RoutingNetwork(models.Model):
    """One state of nodes and live configuration, stored once however many runs saw it.

    `digest` is the SHA-256 of the content before compression. `versions` maps kind → scope → version number of every
    document that was live. `body` is packed `routing.core.facts.NetworkFacts` (routing.packing).
    """

    digest = models.CharField(max_length=64, unique=True)
    versions = models.JSONField()
    body = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "routing_network"

    def __str__(self) -> str:
        return self.digest[:12]
