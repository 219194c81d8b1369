"""Answers what a page may load and who may frame it: the headers of every response."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

#: Scripts by the beginning of the address; the first that fits. No page anywhere may run inline script. The shell of
#: the back office evaluates its templates' expressions; the associate's pages decode barcodes in WebAssembly.
_SCRIPTS = (
    ("/store/", "'self' 'wasm-unsafe-eval'"),
    ("/track/", "'self' 'wasm-unsafe-eval'"),
    ("/api/", "'self'"),
    ("/", "'self' 'unsafe-eval'"),
)
_REST = (
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",  # the shell and the charts set widths on elements
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
_HEADERS = {
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def content_security_policy(path: str) -> str:
    """Return the policy of the page at `path`."""
    scripts = next(sources for beginning, sources in _SCRIPTS if path.startswith(beginning) or beginning == "/")
    return "; ".join((*_REST, f"script-src {scripts}"))


class SecurityHeaders:
    """Adds the headers that Django's own middleware does not know."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; a header that the view has set itself is kept."""
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Security-Policy", content_security_policy(request.path_info))
        for name, value in _HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer
