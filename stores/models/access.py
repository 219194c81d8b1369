"""At which nodes a person works."""

from django.db import models


class NodeAccess(models.Model):
    """One person may see and work one node. It limits only people who may not see every node."""

    user = models.ForeignKey("auth.User", on_delete=models.CASCADE, related_name="node_access", db_index=False)
    node = models.ForeignKey("inventory.Node", on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        db_table = "stores_node_access"
        default_permissions = ()
        permissions = [("see_every_node", "Can see the work of every node")]
        constraints = [models.UniqueConstraint(fields=["user", "node"], name="node_access_once")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.node_id}"
