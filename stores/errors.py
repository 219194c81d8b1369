"""What can be refused about the people who work at nodes."""

from dom.kernel.errors import DomainError, Kind


class UnknownNodes(DomainError):
    """A person cannot work at a node that does not exist. Facts: `nodes`."""

    code = "unknown-nodes"
    title = "Some nodes are unknown"
    kind = Kind.INVALID


class UsernameTaken(DomainError):
    """Two people would log in by one name. Facts: `username`."""

    code = "username-taken"
    title = "Somebody has this username"


class NotOneself(DomainError):
    """Nobody gives, takes or ends their own access: a colleague does."""

    code = "not-oneself"
    title = "Somebody else has to do this"
    kind = Kind.FORBIDDEN


class AdministratorsAlone(DomainError):
    """Only an administrator changes an administrator."""

    code = "administrators-alone"
    title = "Only an administrator may do this"
    kind = Kind.FORBIDDEN


class SecondFactorRefused(DomainError):
    """There is no second factor to end, or one already where another is to be set up."""

    code = "second-factor-refused"
    title = "The second factor stays as it is"


class PasswordLinkSpent(DomainError):
    """The link was used, is too old, or never was."""

    code = "password-link-spent"
    title = "The link is not valid any more"
