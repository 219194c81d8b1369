"""What stands in deploy/ names programs, options and queues that exist."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from celery.bin.beat import beat
from celery.bin.worker import worker
from django.core.management import get_commands
from django.utils.module_loading import import_string
from granian.cli import cli as granian

from dom.schedule import QUEUES
from dom.settings import BASE_DIR

DEPLOY = BASE_DIR / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def _compose() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    return services


def _kubernetes() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))


def _containers() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for resource in _kubernetes():
        for container in resource["spec"]["template"]["spec"]["containers"]:
            yield resource, container


def _unit_command(unit: Path) -> str:
    found = re.search(r"^ExecStart=((?:.*\\\n)*.*)$", unit.read_text(), flags=re.MULTILINE)
    assert found is not None, unit
    return found[1].replace("\\\n", " ").replace("%i", "routing")


def _commands() -> Iterator[tuple[str, list[str]]]:
    """Yield where each of our commands stands, and the command after its interpreter."""
    for name, service in _compose().items():
        if "python" in str(service.get("command")):
            yield f"compose {name}", shlex.split(service["command"])[1:]
    for resource, container in _containers():
        if "command" in container:
            yield f"kubernetes {resource['metadata']['name']}", container["command"][1:]
    for unit in UNITS:
        yield unit.name, shlex.split(_unit_command(unit))[1:]
    text = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
    started = re.search(r"^CMD (\[.*\])$", text, flags=re.MULTILINE)
    assert started is not None
    yield "Dockerfile", json.loads(started[1])[1:]


def _options(command: click.Command, arguments: list[str]) -> dict[str, Any]:
    """Return the options as the program itself reads them; an unknown one is an error."""
    return dict(command.make_parser(click.Context(command)).parse_args(arguments)[0])


def _celery(arguments: list[str]) -> dict[str, Any]:
    at = next(n for n, word in enumerate(arguments) if word in {"worker", "beat"})
    app = arguments[arguments.index("--app") + 1]
    assert import_string(f"{'dom.celery' if app == 'dom' else app}.app").main == "dom"
    return _options({"worker": worker, "beat": beat}[arguments[at]], arguments[at + 1 :])


@pytest.mark.parametrize(
    ("place", "arguments"), list(_commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_command_is_one_that_its_program_knows(place: str, arguments: list[str]) -> None:
    match arguments:
        case ["-m", "celery", *rest]:
            assert _celery(rest) is not None
        case ["-m", "granian", *rest]:
            assert callable(import_string(_options(granian, rest)["app"].replace(":", ".")))
        case ["manage.py", command, *_]:
            assert command in get_commands()
        case _:
            pytest.fail(f"{place} starts something unknown: {arguments}")


def test_each_queue_has_its_worker_in_the_containers() -> None:
    served: list[str] = []
    for name, service in _compose().items():
        words = shlex.split(str(service.get("command", "")))
        if "worker" in words:
            served += _celery(words[3:])["queues"].split(",")
            assert service["environment"] == {"DOM_PROCESS": name}

    assert sorted(served) == sorted(QUEUES)


def test_the_sketch_for_kubernetes_hangs_together() -> None:
    for resource, container in _containers():
        labels = resource["spec"]["template"].get("metadata", {}).get("labels")
        assert resource["spec"].get("selector", {"matchLabels": labels})["matchLabels"] == labels
        assert (container["image"], container["envFrom"]) == ("dom:latest", [{"secretRef": {"name": "dom"}}])
        for probe in ("livenessProbe", "readinessProbe"):
            if probe in container:
                assert container[probe]["httpGet"]["port"] in [port["containerPort"] for port in container["ports"]]


def test_what_the_image_copies_is_there() -> None:
    named = re.findall(r"^COPY (?:--\S+ )*(\S+) ", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE)

    assert [name for name in named if not (BASE_DIR / name).exists()] == []
    assert len(named) == 2


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_its_units(tmp_path: Path) -> None:
    for unit in UNITS:
        name = unit.name.replace("@.", "@routing.")
        (tmp_path / name).write_text(unit.read_text().replace("/opt/dom/.venv/bin/python", sys.executable))

    asked = ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)

    ours = [line for line in done.stderr.splitlines() if "dom-" in line]
    assert (ours, done.returncode) == ([], 0)
