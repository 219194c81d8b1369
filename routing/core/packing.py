"""Answers how a trace is kept small: about a kilobyte an order at 200 nodes, and read back exactly.

A byte for the version, then zstandard over: the number of nodes, the reasons, and the candidates' costs as differences
from node to node, byte planes apart (the high bytes are nearly all equal, so they shrink to nothing).
"""

import struct
import threading

import numpy as np
import zstandard

from routing.core.types import Trace
from routing.core.values import demand

VERSION = 1
_HEAD = struct.Struct("<BI")
LARGEST = 1 << 27


class Press(threading.local):
    """Zstandard at one level, a pair for each thread: neither half may serve two, and each is dear to make."""

    def __init__(self, level: int) -> None:
        self.compress = zstandard.ZstdCompressor(level=level).compress
        self.decompress = zstandard.ZstdDecompressor().decompress


_PRESS = Press(level=1)


def pack_trace(trace: Trace) -> bytes:
    """Return `trace` as bytes."""
    reason = np.ascontiguousarray(trace.reason, np.uint8)
    steps = np.diff(trace.cost_e4, prepend=np.int64(0)).astype("<i8")
    planes = steps.view(np.uint8).reshape(-1, 8).T.tobytes()
    return _HEAD.pack(VERSION, len(reason)) + _PRESS.compress(reason.tobytes() + planes)


def unpack_trace(packed: bytes) -> Trace:
    """Return the trace that `pack_trace` packed."""
    version, count = _HEAD.unpack_from(packed)
    demand(version == VERSION, f"a packed trace is of version {VERSION}, not {version}")
    raw = np.frombuffer(_PRESS.decompress(packed[_HEAD.size :], max_output_size=LARGEST), np.uint8)
    demand(len(raw) == 9 * count, "a packed trace holds a reason and a cost for each node")
    steps = np.ascontiguousarray(raw[count:].reshape(8, count).T).view("<i8").reshape(-1)
    return Trace(raw[:count].copy(), np.cumsum(steps).astype(np.int64))
