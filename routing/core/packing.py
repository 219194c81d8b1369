"""Answers how a trace is kept small: about a kilobyte an order at 200 nodes, and read back exactly.

A byte for the version, then zstandard over: the number of nodes, the reasons, and the candidates' costs as differences
from node to node, byte planes apart (the high bytes are nearly all equal, so they shrink to nothing).
"""

import struct

import numpy as np
import zstandard

from routing.core.types import Trace, demand

VERSION = 1
_HEAD = struct.Struct("<BI")
_PRESS = zstandard.ZstdCompressor(level=1, write_content_size=True)
_UNPRESS = zstandard.ZstdDecompressor()
LARGEST = 1 << 27


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
    raw = np.frombuffer(_UNPRESS.decompress(packed[_HEAD.size :], max_output_size=LARGEST), np.uint8)
    demand(len(raw) == 9 * count, "a packed trace holds a reason and a cost for each node")
    steps = np.ascontiguousarray(raw[count:].reshape(8, count).T).view("<i8").reshape(-1)
    return Trace(raw[:count].copy(), np.cumsum(steps).astype(np.int64))
