"""Does what the greeting of `make run` tells a newcomer to do, word for word."""

import json
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dom.embedded.places import Places
from dom.supervisor import leftovers
from tests.functional.running_house import ROOT, outside, until


@dataclass(frozen=True)
class Newcomer:
    """A shell beside the running product, and the words that it greeted with."""

    data: Path
    words: str
    environment: dict[str, str]

    def types(self, command: str) -> str:
        """Run a command of the greeting as a shell would; return what it prints."""
        command = command.replace(".venv/bin/python", sys.executable)
        done = subprocess.run(
            ["bash", "-c", command], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def newcomer() -> Iterator[Newcomer]:
    with tempfile.TemporaryDirectory(prefix="dom-newcomer-") as folder, socket.socket() as probe:
        Path(folder).chmod(0o755)
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
        probe.close()
        data = Path(folder) / "data"
        product = subprocess.Popen(
            [sys.executable, "-m", "dom.supervisor", "--data", str(data), "--port", port, "--feed", "0"],
            cwd=ROOT, env=outside(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        try:
            words = ""
            while "Ctrl-C" not in words:
                line = product.stdout.readline() if product.stdout else ""
                assert line, words
                words += line
            yield Newcomer(data, words, outside() | {"DATA": str(data)})
        finally:
            product.send_signal(signal.SIGINT)
            product.communicate(timeout=60)
            leftovers.end(Places.of(data))


def test_the_greetings_commands_place_an_order_and_say_where_it_went(newcomer: Newcomer) -> None:
    key = next(line.strip() for line in newcomer.words.splitlines() if line.strip().startswith("KEY="))
    place = re.search(r"curl -s \S+/api/v1/orders -H.*?\}'$", newcomer.words, re.DOTALL | re.MULTILINE)
    why = re.search(r"curl -s \S+/REF/decision.*$", newcomer.words, re.MULTILINE)
    assert place is not None
    assert why is not None

    first = json.loads(newcomer.types(f"{key}\n{place.group()}"))
    again = json.loads(newcomer.types(f"{key}\n{place.group()}"))
    ask = f"{key}\n{why.group().replace('REF', first['ref'])}"
    what = "routed, the compiling of the engine included"
    until(lambda: "plan" in newcomer.types(ask), seconds=300, what=what, every=1)

    assert first["ref"] == again["ref"]
    told = newcomer.types(f".venv/bin/python manage.py route --explain {first['ref']}")
    assert "BOOT-001" in told
    assert "DC-RNO" in told
    assert "no difference" in newcomer.types(".venv/bin/python manage.py prove")
