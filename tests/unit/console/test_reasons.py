"""How pages of stock write the reason of a movement."""

import pytest

from dom.console.templatetags.stock import reason_words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("DAMAGED", "Damaged"), ("NOT_FOUND", "Not found"), ("order.shipped", "Order shipped"),
        ("transfer.written_off", "Transfer written off"), ("Fell off the shelf.", "Fell off the shelf."),
        ("fell.", "fell."), ("", ""),
    ],
)  # fmt: skip
def test_codes_become_words_and_sentences_stay(code: str, words: str) -> None:
    assert reason_words(code) == words
