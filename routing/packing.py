"""Answers how plain data becomes bytes for the record, and back: msgpack, then Zstandard."""

from typing import Any

import msgpack

from routing.core.packing import Press

#: Level 3 is the fastest that still finds the repetition between the rows of one stock matrix.
_PRESS = Press(level=3)


def pack(data: Any) -> bytes:
    """Return `data` (lists, dicts, numbers, strings, bytes, None) as compressed bytes."""
    return _PRESS.compress(msgpack.packb(data))


def unpack(packed: bytes | memoryview) -> Any:
    """Return what `pack` was given; tuples come back as lists."""
    return msgpack.unpackb(_PRESS.decompress(bytes(packed)), strict_map_key=False)
