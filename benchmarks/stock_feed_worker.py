"""Claims as two checkouts do for some seconds, in a process of its own; prints the 99th percentile in milliseconds.

A line on standard input ends it before its time.
"""

import random
import sys
import threading
import time

import django


def main() -> int:
    """Attach to the benchmark's servers and claim."""
    django.setup()
    from benchmarks.reserve import claimer  # noqa: PLC0415  # Django is set up by now
    from inventory.models import Channel, Node, Sku  # noqa: PLC0415  # as above

    ids = [list(model.objects.order_by("id").values_list("id", flat=True)) for model in (Sku, Node, Channel)]
    world = (ids[0], ids[1], ids[2][0])
    until, times, told = time.perf_counter() + float(sys.argv[1]), list[float](), threading.Event()

    def work(number: int) -> None:
        claim = claimer(world, random.Random(number))
        while time.perf_counter() < until and not told.is_set():
            begin = time.perf_counter()
            claim(1)
            times.append(time.perf_counter() - begin)
            time.sleep(0.005)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    threading.Thread(target=_wait_for_word, args=(told,), daemon=True).start()
    for thread in threads:
        thread.join()
    print(sorted(times)[int(len(times) * 0.99)] * 1000)
    return 0


def _wait_for_word(told: threading.Event) -> None:
    if sys.stdin.readline():
        told.set()


if __name__ == "__main__":
    sys.exit(main())
