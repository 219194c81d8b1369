"""Signatures are what the specification's own example says, computed here without the library that makes them."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from dom.kernel.webhooks import signing

#: The example of https://www.standardwebhooks.com, as its reference libraries test it.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
SENT = datetime.fromtimestamp(1614265330, tz=timezone(timedelta(hours=-8)))
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def by_hand(secret: str, message: str, seconds: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((message.encode(), str(seconds).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def test_the_example_of_the_specification_is_signed_as_it_says() -> None:
    assert signing.headers(MESSAGE, BODY, under=[SECRET], at=SENT) == {
        "webhook-id": MESSAGE,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNATURE,
    }
    assert by_hand(SECRET, MESSAGE, 1614265330, BODY) == SIGNATURE


def test_during_a_rotation_each_secret_has_its_signature_the_present_one_first() -> None:
    present, previous = signing.fresh(), SECRET
    body = '{"city": "\u5317\u4eac"}'.encode()

    signed = signing.headers(MESSAGE, body, under=[present, previous], at=SENT)

    assert signed["webhook-signature"].split(" ") == [
        by_hand(secret, MESSAGE, 1614265330, body) for secret in (present, previous)
    ]


def test_a_fresh_secret_has_the_strength_and_the_form_that_libraries_ask_for() -> None:
    made = {signing.fresh() for _ in range(50)}

    assert len(made) == 50
    assert {len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) for secret in made} == {32}


@pytest.mark.parametrize("part", ["webhook-id", "webhook-timestamp", "webhook-signature", "body"])
def test_whatever_is_changed_on_the_way_is_noticed(part: str) -> None:
    secret, at = signing.fresh(), datetime.now(tz=UTC)
    signed = {**signing.headers("evt_1", BODY, under=[secret], at=at), "body": BODY.decode()}
    Webhook(secret).verify(signed["body"], signed)

    signed[part] = signed[part].replace("1", "2", 1)

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(signed["body"], signed)
