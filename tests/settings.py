"""Settings of the test suite: the product's own, on throw-away servers that tests/conftest.py starts."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "tests-sign-with-this-and-protect-nothing")
os.environ.setdefault("DEMO", "1")
os.environ.setdefault("DATA", os.path.join(tempfile.gettempdir(), f"dom-tests-{os.getuid()}-{os.getpid()}"))

from dom.settings import *  # noqa: F403  # the suite runs the product's settings; the variables above must come first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
