"""Answers how plain data becomes bytes for the record, and back: msgpack, then Zstandard."""

from typing import Any

import msgpack
import numpy as np
import zstandard

from routing.core.reasons import Reason
from routing.core.types import Trace

#: Level 3 is the fastest that still finds the repetition between the rows of one stock matrix.
_LEVEL = 3


def pack(data: Any) -> bytes:
    """Return `data` (lists, dicts, numbers, strings, bytes, None) as compressed bytes."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress(msgpack.packb(data))


def unpack(packed: bytes | memoryview) -> Any:
    """Return what `pack` was given; tuples come back as lists."""
    return msgpack.unpackb(zstandard.ZstdDecompressor().decompress(bytes(packed)), strict_map_key=False)


def pack_trace(trace: Trace) -> bytes:
    """Return a trace as bytes: a byte a node, and the costs of the candidates; 200 nodes take about 300 bytes."""
    costs = trace.cost_e4[trace.reason <= Reason.PARTIAL]
    return zstandard.ZstdCompressor(level=_LEVEL).compress(trace.reason.tobytes() + costs.astype("<i8").tobytes())


def unpack_trace(packed: bytes | memoryview, nodes: int) -> Trace:
    """Return the trace of `nodes` nodes that `pack_trace` was given."""
    raw = zstandard.ZstdDecompressor().decompress(bytes(packed))
    reason = np.frombuffer(raw, dtype=np.uint8, count=nodes).copy()
    cost = np.zeros(nodes, dtype=np.int64)
    cost[reason <= Reason.PARTIAL] = np.frombuffer(raw, dtype="<i8", offset=nodes)
    return Trace(reason, cost)
