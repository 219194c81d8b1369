"""Measures every page, list and search of the back office and the lists of the API on a large shop, through HTTP.

    python -m benchmarks.pages [--orders 20000] [--skus 1000] [--keep FOLDER] [--only WORD]

`make bench` takes a shop that loads in a minute; the figures of docs/scaling.md are those of `--orders 1000000 --skus
100000`, which loads for an hour into 25 GB. `--keep` leaves the data where it is and uses it again. One figure a page:
the median time of its answer, its 95th percentile, the processor time that web server and database spent on it, its
statements and the slowest of them. Fails when a page fails or costs more than 300 ms of processor time: other programs
on the machine make every answer later and none costlier.
"""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from benchmarks import cpu
from benchmarks.servers import product, web

if TYPE_CHECKING:
    from benchmarks.big_world import Size
    from benchmarks.page_cases import Case

_LIMIT_MS = 300
_ROUNDS = 12
_SERVER = {"shared_buffers": "3GB", "effective_cache_size": "8GB", "maintenance_work_mem": "512MB"}
_STATEMENTS = """
SELECT sum(calls)::int, max(max_exec_time), (array_agg(query ORDER BY max_exec_time DESC))[1]
FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%'
"""


def main() -> int:
    """Load what is not there, ask for every page, print the figures; return 0 when all are quick."""
    asked = _arguments()
    with product(keep=asked.keep, settings=_SERVER) as data:
        from benchmarks.big_world import Size  # noqa: PLC0415  # Django is ready inside the block only

        size = Size(asked.orders, asked.skus)
        _prepare(size)
        with web(data) as address:
            return _measure(address, str(size), only=asked.only)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--skus", type=int, default=1_000, help="times 200 nodes")
    parser.add_argument("--keep", type=Path, help="a folder for the data, used again when it holds a world")
    parser.add_argument("--only", default="", help="measure what has this word in its name")
    return parser.parse_args()


def _prepare(size: "Size") -> None:
    from django.db import connection  # noqa: PLC0415  # Django is set up by now
    from django.utils import timezone  # noqa: PLC0415  # as above

    from benchmarks import big_world  # noqa: PLC0415  # as above
    from dom.demo.people import ensure_people  # noqa: PLC0415  # as above
    from dom.kernel.transactions import unit_of_work  # noqa: PLC0415  # as above
    from orders.models import Order  # noqa: PLC0415  # as above

    with unit_of_work():
        ensure_people()
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    if not Order.objects.exists():
        big_world.load(size, at=timezone.now())
        big_world.settle()


def _measure(address: str, workload: str, *, only: str) -> int:
    from benchmarks.page_cases import cases  # noqa: PLC0415  # Django is set up by now

    clients = {
        "ADMIN": _logged_in(address, "admin"),
        "MANAGER": _logged_in(address, _manager()),
        "PARTNER": _with_key(address),
    }
    slow = [case.name for case in cases() if only in case.name and not _figure(clients[case.who], case, workload)]
    print(f"{len(slow)} too slow or broken: {', '.join(slow)}", file=sys.stderr)
    return 1 if slow else 0


def _manager() -> str:
    """Return the demonstration's store manager, who is given three nodes of this shop."""
    from django.contrib.auth.models import User  # noqa: PLC0415  # Django is set up by now
    from django.utils import timezone  # noqa: PLC0415  # as above

    from benchmarks.page_cases import three_nodes  # noqa: PLC0415  # as above
    from dom.kernel.transactions import unit_of_work  # noqa: PLC0415  # as above
    from stores.services.access import set_nodes  # noqa: PLC0415  # as above

    person = User.objects.get(username="sam")
    with unit_of_work():
        set_nodes(
            user_id=person.id, username=person.username, node_codes=three_nodes(), at=timezone.now(), actor="benchmark"
        )
    return person.username


def _logged_in(address: str, name: str) -> httpx.Client:
    client = httpx.Client(base_url=address, timeout=60, headers={"Referer": address})
    client.get("/admin/login/")
    form = {"username": name, "password": f"{name}-demo", "csrfmiddlewaretoken": client.cookies["csrftoken"]}
    client.post("/admin/login/?next=/nodes/", data=form)
    return client


def _with_key(address: str) -> httpx.Client:
    from django.utils import timezone  # noqa: PLC0415  # Django is set up by now

    from dom.kernel.rest.keys import issue_key  # noqa: PLC0415  # as above
    from dom.kernel.rest.scopes import ALL_SCOPES  # noqa: PLC0415  # as above
    from dom.kernel.transactions import unit_of_work  # noqa: PLC0415  # as above

    with unit_of_work():
        key = issue_key(
            name=f"pages-{time.time()}", scopes=ALL_SCOPES, node_codes=[], expires_at=None, at=timezone.now()
        )
    return httpx.Client(base_url=address, timeout=60, headers={"Authorization": f"Bearer {key}"})


def _figure(client: httpx.Client, case: "Case", workload: str) -> bool:
    """Print the figure of one address; say whether it is well."""
    from django.db import connection  # noqa: PLC0415  # Django is set up by now

    with connection.cursor() as cursor:
        first = _seconds(client, case.path)
        cursor.execute("SELECT pg_stat_statements_reset()")
        begin = cpu.used()
        timed = [_seconds(client, case.path) for _ in range(_ROUNDS if first[0] < 2 else 2)]
        cost = 1000 * (cpu.used() - begin) / len(timed)
        cursor.execute(_STATEMENTS)
        calls, slowest_ms, slowest = cursor.fetchone()
    times = sorted(1000 * seconds for seconds, _status in timed)
    median, status = statistics.median(times), timed[-1][1]
    figure = {
        "name": case.name, "value": round(median, 1), "unit": "ms", "workload": workload,
        "p95": round(times[int(len(times) * 0.95)], 1), "first": round(1000 * first[0], 1),
        "cost": round(cost), "statements": round((calls or 0) / len(timed)), "slowest_ms": round(slowest_ms or 0, 1),
        "status": status,
    }  # fmt: skip
    well = status == 200 and cost <= _LIMIT_MS
    if not well:
        figure["slowest"] = " ".join((slowest or "").split())[:2000]
    print(json.dumps(figure), flush=True)
    return well


def _seconds(client: httpx.Client, path: str) -> tuple[float, int]:
    begin = time.perf_counter()
    answer = client.get(path)
    return time.perf_counter() - begin, answer.status_code


if __name__ == "__main__":
    os.environ.setdefault("API_CALLS_PER_MINUTE", "1000000")
    sys.exit(main())
