"""What happened, in words: one of a thing is one, and a code is no word."""

import pytest

from orders.wording import sentence


@pytest.mark.parametrize(
    ("quantity", "then", "said"),
    [
        (1, "BACKORDER", "1 of line 2 waits for stock"),
        (3, "BACKORDER", "3 of line 2 wait for stock"),
        (1, "CANCEL", "1 of line 2 is cancelled"),
        (2, "HOLD", "2 of line 2 wait for a person"),
    ],
)
def test_what_no_node_could_give_is_counted(quantity: int, then: str, said: str) -> None:
    rest = {"line_ref": "2", "quantity": quantity, "then": then, "why": "No node has it."}

    told = sentence("order.unfilled", node="", facts={"unfilled": [rest]})

    assert told == f"No node could give everything: {said}. No node has it."


def test_a_kind_of_hold_is_written_as_people_write_it() -> None:
    placed = sentence("order.placed", node="", facts={"holds": ["UNKNOWN_SKU", "FRAUD"]})
    held = sentence("order.held", node="", facts={"hold": "UNKNOWN_SKU"})

    assert placed == "Accepted from the channel and put on hold: unknown SKU and fraud."
    assert held == "Put on hold: unknown SKU."
