"""One worker of W1: routes until nothing is due, and says how many statements that took."""

import json
import sys
from datetime import timedelta

import django


class Counter:
    """Counts the statements of this process."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # Django's wrapper protocol
        """Count and pass on."""
        self.statements += 1
        return execute(sql, params, many, context)


def main() -> None:
    """Warm up, wait for the word, work."""
    django.setup()
    from django.db import connection  # noqa: PLC0415  # Django is ready only now

    from benchmarks.w1_world import AT  # noqa: PLC0415  # as above
    from dom import warming  # noqa: PLC0415  # as above
    from orders.services.routing_flow import route_next  # noqa: PLC0415  # as above

    warming.warm_now()
    warming.settle()
    counter = Counter()
    with connection.execute_wrapper(counter):
        connection.ensure_connection()
        print("ready", flush=True)
        sys.stdin.readline()
        # Orders that lost every race are due again a second later; the clock of W1 is ours, so it goes on here.
        for at in (AT, AT + timedelta(seconds=2), AT + timedelta(seconds=4)):
            while route_next(at=at) is not None:
                pass
    print(json.dumps({"statements": counter.statements}), flush=True)


if __name__ == "__main__":
    main()
