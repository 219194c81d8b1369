"""The product's addresses and one more: an answer that is longer than any buffer between two processes."""

from collections.abc import Iterator

from django.http import HttpRequest, StreamingHttpResponse
from django.urls import path

from dom.urls import urlpatterns as product

BLOCKS, BLOCK = 128, b"x" * 64 * 1024


def _blocks() -> Iterator[bytes]:
    for _ in range(BLOCKS):
        yield BLOCK


def long_answer(_request: HttpRequest) -> StreamingHttpResponse:
    """Answer 8 MB in parts, to whoever asks."""
    return StreamingHttpResponse(_blocks(), content_type="application/octet-stream")


def broken_answer(_request: HttpRequest) -> StreamingHttpResponse:
    """Answer half of it and fail."""

    def parts() -> Iterator[bytes]:
        yield BLOCK
        raise RuntimeError("The rest cannot be told.")

    return StreamingHttpResponse(parts(), content_type="application/octet-stream")


urlpatterns = [path("long-answer", long_answer), path("broken-answer", broken_answer), *product]
