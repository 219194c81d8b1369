import io
import json
import logging
from collections.abc import Iterator

import pytest

from dom import logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter(process="web", readable=False))
    logger = logging.getLogger("dom.test")
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


log = logging.getLogger("dom.test")


def test_a_line_is_an_event_with_its_facts(lines: io.StringIO) -> None:
    log.warning("A doorbell was lost: %s", "x.y", extra={"order_ref": "O-7"})

    line = json.loads(lines.getvalue())
    assert (line["event"], line["order_ref"], line["process"]) == ("A doorbell was lost: x.y", "O-7", "web")
    assert (line["level"], line["logger"]) == ("warning", "dom.test")


@pytest.mark.parametrize(
    "name", ["password", "api_key", "Authorization", "customer_email", "phone", "line1", "secret_hash", "csrftoken"]
)
def test_a_fact_that_names_a_secret_or_a_person_is_masked(lines: io.StringIO, name: str) -> None:
    log.info("x", extra={name: "Ana"})

    assert json.loads(lines.getvalue())[name] == "***"


@pytest.mark.parametrize(
    "said",
    [
        "Authorization: Bearer dom_k3y.s3cr-et",
        "mail to ana.ruiz@example.com bounced",
        "postgres://dom:s3cr-et@db/dom refused",
        "GET /x?token=s3cr-et",
    ],
)
def test_a_secret_inside_a_sentence_or_a_traceback_is_masked(lines: io.StringIO, said: str) -> None:
    log.error("said %s", said, exc_info=ValueError(said))

    line = lines.getvalue()
    assert "ValueError" in line
    assert "s3cr-et" not in line
    assert "ana.ruiz" not in line
