"""Answers in one code why a node is or is not in a plan; `explain` puts each into words with its numbers."""

from enum import IntEnum


class Reason(IntEnum):
    """Why a node fell out, or that it did not; stored as one byte, so a number is never used for something else."""

    CANDIDATE = 0  # could serve the whole request alone, at the cost shown
    PARTIAL = 1  # could serve a part of it, at the cost shown
    PAUSED = 10
    EXCLUDED = 11  # the request rules the node out: it rejected before, or someone said so
    NOT_THE_NAMED_NODE = 12
    CHANNEL = 13  # the channel does not sell from this node
    METHOD = 14
    RULE = 20  # the rule's choice of nodes leaves it out
    TOO_FAR = 21
    LANE = 30
    HAZMAT = 31
    TEMPERATURE = 32
    TOO_HEAVY = 33
    OVERSIZE = 34
    NO_SERVICE = 40  # no carrier service may carry any of it from here to there
    CLOSED = 41  # the calendar has no open day in the horizon
    CAPACITY = 42
    TOO_LATE = 43
    NO_STOCK = 50
    LIMIT = 60  # it has stock, but the rule's limits (thresholds, keep together) let it give nothing

    @property
    def is_candidate(self) -> bool:
        """Whether the node could serve something."""
        return self <= Reason.PARTIAL
