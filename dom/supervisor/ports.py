"""Answers which port is free."""

import socket

_TRIES = 100


def first_free(host: str, wanted: int) -> int:
    """Return `wanted`, or the next port after it that nobody listens on.

    Raises:
        SystemExit: none of the next hundred is free.
    """
    for port in range(wanted, min(wanted + _TRIES, 65536)):
        if _free(host, port):
            return port
    raise SystemExit(f"No port from {wanted} on is free on {host}.")


def _free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the web server does: a port that is only waiting out an old connection counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
