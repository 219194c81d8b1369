"""The people: where they may work."""

from stores.models.access import NodeAccess

__all__ = ["NodeAccess"]
