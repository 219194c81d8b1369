"""Settings of a server that a test starts: the product's own, without the engine, which would compile meanwhile."""

from dom.settings import *  # noqa: F403  # all of them

WARM_ENGINE = False
ROOT_URLCONF = "tests.served_urls"
