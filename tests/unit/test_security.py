import pytest

from dom.security import content_security_policy


@pytest.mark.parametrize(
    ("path", "scripts"),
    [
        ("/store/queue", "script-src 'self' 'wasm-unsafe-eval'"),
        ("/api/docs/", "script-src 'self'"),
        ("/admin/", "script-src 'self' 'unsafe-eval'"),
        ("/", "script-src 'self' 'unsafe-eval'"),
    ],
)
def test_each_surface_may_run_what_it_needs_and_no_more(path: str, scripts: str) -> None:
    parts = content_security_policy(path).split("; ")

    assert scripts in parts
    assert "frame-ancestors 'none'" in parts
    assert "object-src 'none'" in parts
    assert not any(part.startswith("script-src") and "unsafe-inline" in part for part in parts)
