import pytest

from dom.console.templatetags.figures import browser, capped, listed


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari on iPhone"),
        ("curl/8.5", "A program"),
    ],
)  # fmt: skip
def test_a_browser_is_named_as_people_name_it(agent: str, words: str) -> None:
    assert browser(agent) == words


def test_a_count_says_when_it_stopped() -> None:
    assert (capped(9_999, 10_000), capped(10_000, 10_000)) == ("9,999", "10,000+")


def test_nothing_is_called_none() -> None:
    assert (listed([]), listed(["a", "b"]), listed("")) == ("none", "a, b", "none")
