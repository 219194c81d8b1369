"""Answers how the product speaks to its operators: one line an event, without secrets and without people.

JSON for machines in production, readable lines in a demonstration. Django's, Celery's and our own loggers pass here.
"""

import logging
import re
import time
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase

log = logging.getLogger("dom.request")

#: Facts of these names never leave: whoever logs one by mistake logs that it was there.
_SECRET_NAMES = re.compile(
    r"pass(word|wd)?$|secret|token|authori[sz]ation|cookie|api_?key|(^|_)(e?mail|phone|line1|line2|recipient|first_name"
    r"|last_name|customer_name|postal_code|session|csrf)",
    re.IGNORECASE,
)
_SECRET_VALUES = (
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]+", re.IGNORECASE), r"\1 ***"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "***@***"),
    (re.compile(r"(?i)\b(password|secret|token|api_key)=[^\s&]+"), r"\1=***"),
    (re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"), "***"),
)
#: Pages that are asked for every few seconds by machines would drown the rest.
_QUIET = ("/healthz", "/readyz", "/metrics", "/static/")
_READABLE = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)


def mask(text: str) -> str:
    """Return `text` without keys, passwords and e-mail addresses."""
    for pattern, instead in _SECRET_VALUES:
        text = pattern.sub(instead, text)
    return text


def _masked(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if _SECRET_NAMES.search(name):
            event[name] = "***"
        elif isinstance(value, str):
            event[name] = mask(value)
    return event


class _Process:
    """Adds the name of the process."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["process"] = self._name
        return event


def formatter(*, process: str, readable: bool) -> logging.Formatter:
    """Return what turns a record of any logger into one line."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _Process(process),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,  # before masking: a traceback quotes values
            _masked,
            _READABLE if readable else structlog.processors.JSONRenderer(),
        ],
    )


def configuration(*, process: str, level: str, readable: bool) -> dict[str, Any]:
    """Return the value of Django's LOGGING: everything to standard error, in one form."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": formatter, "process": process, "readable": readable}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            # Celery tells each message at INFO: a sweep a second would be most of the log.
            "celery": {"level": "WARNING"},
            "kombu": {"level": "WARNING"},
            # It tells every address, and a partner's may hold a token.
            "httpx": {"level": "WARNING"},
        },
    }


class RequestLog:
    """Tells each request by its route, never by its address: an address may carry a name or a reference."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request and log how long it took."""
        begun = time.perf_counter()
        answer = self.get_response(request)
        if not request.path_info.startswith(_QUIET):
            log.info("request", extra=_facts(request, answer, time.perf_counter() - begun))
        return answer


def _facts(request: HttpRequest, answer: HttpResponseBase, seconds: float) -> Mapping[str, object]:
    match = request.resolver_match
    return {
        "method": request.method,
        "route": match.route if match else "",
        "status": answer.status_code,
        "milliseconds": round(seconds * 1000, 1),
        "request_id": answer.headers.get("X-Request-ID", ""),
    }
