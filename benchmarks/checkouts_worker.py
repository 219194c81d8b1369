"""Claims as two checkouts do, in a process of its own, until it reads a line.

Prints "begun" once both have claimed, and at the end how many claims were made since and the 99th percentile of their
times in milliseconds. See `benchmarks.checkouts`.
"""

import random
import sys
import threading
import time

import django

_CHECKOUTS = 2


def main() -> int:
    """Attach to the benchmark's servers and claim."""
    django.setup()
    from benchmarks.reserve import claimer  # noqa: PLC0415  # Django is set up by now
    from inventory.models import Channel, Node, Sku  # noqa: PLC0415  # as above

    ids = [list(model.objects.order_by("id").values_list("id", flat=True)) for model in (Sku, Node, Channel)]
    world = (ids[0], ids[1], ids[2][0])
    times, told, begun = list[float](), threading.Event(), threading.Barrier(_CHECKOUTS + 1)

    def work(number: int) -> None:
        claim = claimer(world, random.Random(number))
        claim(1)  # connects
        begun.wait()
        while not told.is_set():
            begin = time.perf_counter()
            claim(1)
            times.append(time.perf_counter() - begin)
            time.sleep(0.005)

    threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(_CHECKOUTS)]
    for thread in threads:
        thread.start()
    begun.wait(60)
    print("begun", flush=True)
    sys.stdin.readline()
    told.set()
    for thread in threads:
        thread.join()
    print(len(times), sorted(times)[int(len(times) * 0.99)] * 1000 if times else 0.0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
