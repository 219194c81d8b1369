import pytest

from dom.kernel.webhooks import addresses
from dom.kernel.webhooks.errors import WebhookUrlRefused

INSIDE = [
    "127.0.0.1", "10.0.0.8", "172.16.4.4", "192.168.1.1", "169.254.169.254", "0.1.2.3", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "[::1]", "[::]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]",
    "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]", "[2002:a00:1::]", "[ff02::1]",
    "[64:ff9b:1::7f00:1]", "[::ffff:0:7f00:1]", "[::7f00:1]", "[fec0::1]", "[100:0:0:1::1]", "10.0.0.8.",
    "localhost", "localhost.", "shop.localhost", "db.internal", "db.internal.", "printer.local",
]  # fmt: skip
NONSENSE = [
    "", "https://", "https:///hook", "ftp://partner.example/", "http://partner.example/", "//partner.example/",
    "https://user:word@partner.example/", "https://user@partner.example/", "https://partner.example/#part",
    "https://partner.example:99999/", "https://partner.example:x/", "https://part ner.example/",
    "https://partner.example/\r\nX-Evil: 1", "https://bücher.example/", "https://[::1", "file:///etc/passwd",
    "https://" + "a" * 260 + ".example/", "https://partner.example/" + "a" * 2000,
]  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
def test_no_address_inside_a_private_network_is_taken(host: str) -> None:
    with pytest.raises(WebhookUrlRefused):
        addresses.check(f"https://{host}/hook", private=False)


@pytest.mark.parametrize("url", NONSENSE)
def test_what_is_no_plain_https_address_is_refused(url: str) -> None:
    with pytest.raises(WebhookUrlRefused) as refusal:
        addresses.check(url, private=False)

    assert refusal.value.facts == {"field": "url"}


@pytest.mark.parametrize(
    "url", ["https://partner.example/hooks?x=1", "https://8.8.8.8:8443/", "https://[2606:4700::1111]/"]
)
def test_public_addresses_are_taken(url: str) -> None:
    assert addresses.check(url, private=False).geturl() == url


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "0177.0.0.1"])
def test_an_address_in_disguise_is_found_when_it_is_looked_up(host: str) -> None:
    with pytest.raises((WebhookUrlRefused, OSError)):
        addresses.resolve(f"https://{host}/hook", private=False)


def test_one_private_answer_among_public_ones_refuses_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_asked, **_how: answers)

    with pytest.raises(WebhookUrlRefused):
        addresses.resolve("https://partner.example/hook", private=False)


def test_what_was_looked_up_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(10, 1, 6, "", ("2606:4700::1111", 443, 0, 0)), (2, 1, 6, "", ("93.184.215.14", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_asked, **_how: answers)

    target = addresses.resolve("https://partner.example/hook?x=1", private=False)

    assert target.url == "https://93.184.215.14:443/hook?x=1"
    assert (target.host, target.authority) == ("partner.example", "partner.example")
