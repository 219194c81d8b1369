"""Measures long feeds over HTTP, in each form that partners send, beside checkouts: time, memory, what buyers feel.

    python -m benchmarks.feeds [--rows 100000] [--skus 20000]

`make bench` sends 100,000 counts; the figures of docs/scaling.md are those of `--rows 1000000 --skus 100000`. One row
in five changes a level, one in a hundred is wrong and must be reported by number and field. Bodies stream; JSON comes
in parts below 10 MB, and the first parts are applied while the last are still sent, whereas one long body is applied
once it is whole. Fails when another row than the wrong ones was refused, or the books do not add up.
"""

import argparse
import itertools
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from benchmarks import memory
from benchmarks.checkouts import Checkouts, alone, report
from benchmarks.servers import product, web, worker

#: Rows of one JSON body: some 60 bytes each, below the 10 MB of the contract.
_PART = 100_000
_NODES = 200
_BAD = [("NO-SUCH-SKU", "N1", 5), ("S1", "NO-SUCH-NODE", 5), ("S1", "N1", -5)]
_BAD_EVERY = 100
Count = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write rows: the media type and the bodies of a feed."""

    kind: str
    bodies: Callable[[Iterable[dict[str, Any]]], Iterator[Any]]


def _json_bodies(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    iterator = iter(rows)
    while part := list(itertools.islice(iterator, _PART)):
        yield json.dumps(part, separators=(",", ":")).encode()


def _ndjson_bodies(rows: Iterable[dict[str, Any]]) -> Iterator[Iterator[bytes]]:
    yield _blocks(json.dumps(row) + "\n" for row in rows)


def _csv_bodies(rows: Iterable[dict[str, Any]]) -> Iterator[Iterator[bytes]]:
    first = next(iterator := iter(rows))
    lines = (",".join(map(str, row.values())) + "\n" for row in itertools.chain([first], iterator))
    yield _blocks(itertools.chain([",".join(first) + "\n"], lines))


def _blocks(lines: Iterable[str]) -> Iterator[bytes]:
    iterator = iter(lines)
    while block := "".join(itertools.islice(iterator, 1_000)):
        yield block.encode()


_FORMS = {
    "JSON": _Form("application/json", _json_bodies),
    "NDJSON": _Form("application/x-ndjson", _ndjson_bodies),
    "CSV": _Form("text/csv", _csv_bodies),
}


def main() -> int:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000, help="counts in a feed, times of 200 nodes")
    parser.add_argument("--skus", type=int, default=20_000, help="rows of PUT /skus")
    asked = parser.parse_args()
    with product() as data:
        from benchmarks import stock_world  # noqa: PLC0415  # Django is set up by now

        stock_world.make(skus=asked.rows // _NODES, nodes=_NODES, units=100_000)
        with web(data) as address, worker(data, "feeds"):
            partner = _partner(address)
            report("reserve p99 without a feed", alone(5.0), f"{asked.rows} levels, 2 checkouts of 3 lines")
            wrong = [name for name, form in _FORMS.items() if not _count(partner, name, form, asked.rows)]
            wrong += [] if _upsert(partner, asked.skus) else ["SKUs"]
        for name in wrong:
            print(f"{name}: other rows were refused than the wrong ones", file=sys.stderr)
        return stock_world.proven() or int(bool(wrong))


def _partner(address: str) -> httpx.Client:
    from django.utils import timezone  # noqa: PLC0415  # Django is set up by now

    from dom.kernel.rest.keys import issue_key  # noqa: PLC0415  # as above
    from dom.kernel.transactions import unit_of_work  # noqa: PLC0415  # as above

    with unit_of_work():
        key = issue_key(name="feeds", scopes=["stock:write", "network:write"], at=timezone.now())
    return httpx.Client(base_url=f"{address}/api/v1", timeout=600, headers={"Authorization": f"Bearer {key}"})


def _counts(rows: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield a count for every level, one in five another than before, and a wrong row before every hundredth."""
    seeded = random.Random(seed)
    places: list[Count] = [(f"S{s}", f"N{n}", 0) for n in range(1, _NODES + 1) for s in range(1, rows // _NODES + 1)]
    for number, (sku, node, _) in enumerate(places):
        if number % _BAD_EVERY == 0:
            yield dict(zip(("sku", "node", "on_hand"), _BAD[number // _BAD_EVERY % len(_BAD)], strict=True))
        yield {"sku": sku, "node": node, "on_hand": 100_000 + (seed if seeded.random() < 0.2 else 0)}


def _count(partner: httpx.Client, name: str, form: _Form, rows: int) -> bool:
    wrong = (rows - 1) // _BAD_EVERY + 1
    return _feed(partner, "/stock", name, form, lambda: _counts(rows, seed=len(name)), refused=wrong)


def _upsert(partner: httpx.Client, rows: int) -> bool:
    skus = [{"code": f"S{n}", "name": f"Sku {n}", "weight_grams": 200 + n % 7} for n in range(1, rows)]
    skus.insert(rows // 2, {"code": "S-WRONG", "name": "No weight", "weight_grams": -1})
    return _feed(partner, "/skus", "NDJSON", _FORMS["NDJSON"], lambda: iter(skus), refused=1)


def _feed(
    partner: httpx.Client, path: str, name: str, form: _Form, rows: Callable[[], Iterator[Any]], *, refused: int
) -> bool:
    from benchmarks.stock_world import figure  # noqa: PLC0415  # Django is set up by now

    total = sum(1 for _row in rows())
    workload = f"PUT {path}, {total} rows of {name}, {refused} of them wrong, 2 checkouts of 3 lines beside it"
    memory.forget_peaks()
    checkouts = Checkouts()
    begin = time.perf_counter()
    jobs = [_sent(partner, path, form.kind, body) for body in form.bodies(rows())]
    taken = time.perf_counter() - begin
    failed = sum(_ended(partner, job) for job in jobs)
    ended = time.perf_counter() - begin
    felt = checkouts.stop()
    figure("feed taken in", total / taken, "rows/s", workload)
    figure("feed applied", total / ended, "rows/s", workload)
    figure("feed web peak", memory.peak_mb("granian"), "MB a process", workload)
    figure("feed worker peak", memory.peak_mb("--queues feeds"), "MB a process", workload)
    report("feed reserve p99", felt, workload)
    return failed == refused


def _sent(partner: httpx.Client, path: str, kind: str, body: Any) -> str:
    answer = partner.put(path, content=body, headers={"Content-Type": kind, "Prefer": "respond-async"})
    if answer.status_code != 202:
        raise RuntimeError(f"{path} answered {answer.status_code}: {answer.text[:500]}")
    return str(answer.json()["ref"])


def _ended(partner: httpx.Client, ref: str) -> int:
    """Wait for a job's end; return how many rows it refused, each told by number and field."""
    while (job := partner.get(f"/jobs/{ref}").json())["status"] in {"QUEUED", "RUNNING"}:
        time.sleep(0.2)
    told = {error["row"] for error in _told(partner, ref) if error["field"]}
    if job["status"] != "DONE" or len(told) != job["rows_failed"]:
        raise RuntimeError(f"{ref} ended {job['status']} and told of {len(told)} of {job['rows_failed']} rows")
    return int(job["rows_failed"])


def _told(partner: httpx.Client, ref: str) -> Iterator[dict[str, Any]]:
    """Yield everything that a job says is wrong with its rows, page by page."""
    cursor: str | None = ""
    while cursor is not None:
        asked = {"limit": "1000"} | ({"cursor": cursor} if cursor else {})
        page = partner.get(f"/jobs/{ref}/errors", params=asked).json()
        yield from page["items"]
        cursor = page["next"]


if __name__ == "__main__":
    os.environ.setdefault("API_CALLS_PER_MINUTE", "1000000")
    sys.exit(main())
