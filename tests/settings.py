"""Settings of the test suite: the product's own, on throw-away servers that tests/conftest.py starts."""

import os
import tempfile

# Set, not defaulted: the suite deletes its data folder at the end, and must never meet a real one.
os.environ.pop("DATABASE_URL", None)
os.environ.pop("REDIS_URL", None)
os.environ["SECRET_KEY"] = "tests-sign-with-this-and-protect-nothing"
os.environ["DEMO"] = "1"
os.environ["DATA"] = os.path.join(tempfile.gettempdir(), f"dom-tests-{os.getuid()}-{os.getpid()}")

from dom.settings import *  # noqa: F403  # the suite runs the product's settings; the variables above must come first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

WARM_ENGINE = False  # a test that asks for the application would compile beside the others

INSTALLED_APPS = [*INSTALLED_APPS, "tests"]  # noqa: F405  # its `flush` empties the database between tests
