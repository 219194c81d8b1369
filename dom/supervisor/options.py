"""Answers what the person at the terminal asked for."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """What `make run` was told; `data` as it was written."""

    port: int
    host: str
    data: Path
    seed: str
    feed: bool


def parse(arguments: Sequence[str]) -> Options:
    """Return the options; an impossible one ends the program with a sentence."""
    parser = argparse.ArgumentParser(prog="make run", description="Runs the whole product on this machine.")
    parser.add_argument("--port", type=_port, default=8000, help="first port to try")
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"), help="address to listen on")
    parser.add_argument("--data", type=Path, default=Path("var"), help="folder that keeps everything")
    parser.add_argument("--seed", choices=("demo", "none"), default="demo", help="what a new data folder begins with")
    parser.add_argument("--feed", choices=("0", "1"), default="1", help="1: keep placing demo orders")
    given = parser.parse_args(arguments)
    return Options(given.port, given.host, given.data, given.seed, given.feed == "1")


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; use 1 to 65535, such as PORT=8000")
    return int(text)
