"""What can be refused about the people who work at nodes."""

from dom.kernel.errors import DomainError, Kind


class UnknownNodes(DomainError):
    """A person cannot work at a node that does not exist. Facts: `nodes`."""

    code = "unknown-nodes"
    title = "Some nodes are unknown"
    kind = Kind.INVALID
