import socket

import pytest


def test_the_suite_reaches_no_other_host() -> None:
    # The refusal comes as a warning first, and the suite treats warnings as errors.
    with socket.socket() as line, pytest.raises(UserWarning, match="tried to use socket"):
        line.connect(("192.0.2.1", 80))
