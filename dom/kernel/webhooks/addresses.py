"""Answers where messages may be sent: never into our own network, unless the installation allows it.

A partner chooses the address, so without this check our senders would fetch anything that a firewall lets us see:
the database's host, a cloud's metadata service, another tenant's back office.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from dom.kernel.webhooks.errors import WebhookUrlRefused

LONGEST = 2000
_OURS = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
#: All of version 6 that the public internet routes. Outside lie ways into networks that translate to version 4 by a
#: prefix of their own (RFC 8215), site-local addresses, and what `is_global` of some Python releases lets through.
_PUBLIC_V6 = ipaddress.ip_network("2000::/3")
_SCHEMES = {"https": 443, "http": 80}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was looked up once: `ip` is what is connected to, `host` what the certificate must name."""

    url: str
    ip: str
    host: str
    authority: str


def check(url: str, *, private: bool) -> SplitResult:
    """Return the parts of `url`. Looks nothing up: a name may point elsewhere when the message is sent.

    `private` allows http and addresses inside the own network.

    Raises:
        WebhookUrlRefused: it is no address that messages may go to.
    """
    parts = _parts(url)
    if parts.scheme not in _SCHEMES or (parts.scheme == "http" and not private):
        raise _refused("Send an address that begins with https://.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise _refused("The address may hold neither credentials nor a fragment.")
    host = (parts.hostname or "").rstrip(".")
    if not host or len(host) > 253:
        raise _refused("The address names no host.")
    if not private and (host == "localhost" or host.endswith(_OURS) or _is_private(host)):
        raise _refused("The address lies inside a private network.")
    return parts


def _parts(url: str) -> SplitResult:
    if len(url) > LONGEST or not url.isascii() or any(sign.isspace() or not sign.isprintable() for sign in url):
        raise _refused(f"An address has up to {LONGEST} ASCII characters without blanks.")
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        raise _refused("This is no address.") from None
    return parts


def _refused(words: str) -> WebhookUrlRefused:
    return WebhookUrlRefused(words, field="url")


def resolve(url: str, *, private: bool) -> Target:
    """Look `url` up once and return what to connect to.

    Every answer of the name server counts: one private address among them refuses the name, or the next look-up could
    be the private one.

    Raises:
        WebhookUrlRefused: it leads into a private network.
        OSError: the name cannot be resolved.
    """
    parts = check(url, private=private)
    host = parts.hostname or ""
    port = parts.port or _SCHEMES[parts.scheme]
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not private and any(_is_private(address) for address in found):
        raise _refused("The name leads into a private network.")
    # Version 4 first: a host without a route for version 6 would otherwise fail where the partner is well.
    ip = sorted(found, key=lambda address: ":" in address)[0]
    place = f"[{ip}]" if ":" in ip else ip
    pinned = parts._replace(netloc=f"{place}:{port}").geturl()
    return Target(pinned, ip, host, parts.netloc)


def _is_private(text: str) -> bool:
    """Return whether `text` is an address that is not of the public internet; a name is none."""
    try:
        address = _inner(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return False
    routed = isinstance(address, ipaddress.IPv4Address) or address in _PUBLIC_V6
    return not (routed and address.is_global) or address.is_multicast


def _inner(address: Address) -> Address:
    """Return the version 4 address that is packed into `address`, or itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
