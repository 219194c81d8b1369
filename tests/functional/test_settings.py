import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from dom.kernel import doctor, tasks

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "PRODUCTION": "1",
    "SECRET_KEY": "k7Qf0vT2mZx9pLw4RjYc8NbHs1GdUe6AoWi3KtBqVnXyCz5MrDlSgJhFPaEu",
    "DATABASE_URL": "postgres://dom:x@db.example/dom?sslmode=require",
    "REDIS_URL": "redis://broker.example/0",
    "ALLOWED_HOSTS": "dom.example",
}


def _manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_settings_pass_the_deployment_checks() -> None:
    done = _manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"DEMO": "1"}, "DEMO=1 is refused"),
        ({"DATABASE_URL": ""}, "Production runs on servers of its own"),
        ({"REDIS_URL": ""}, "Production runs on servers of its own"),
        ({"SECRET_KEY": ""}, "Set SECRET_KEY"),
    ],
)
def test_production_refuses_what_belongs_to_a_demonstration(change: dict[str, str], words: str, tmp_path: Path) -> None:
    done = _manage("check", **{**PRODUCTION, "DATA": str(tmp_path / "none"), **change})

    assert done.returncode != 0
    assert words in done.stderr


def test_a_command_says_when_the_embedded_servers_are_not_running(tmp_path: Path) -> None:
    done = _manage("showmigrations", DATA=str(tmp_path), DEMO="1", SECRET_KEY="x")

    assert done.returncode == 1
    assert done.stderr.startswith(f"The embedded database of {tmp_path}") or "is not running" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_answer_carries_the_security_headers(client: Client) -> None:
    answer = client.get("/healthz")

    assert "script-src 'self' 'unsafe-eval'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.django_db(transaction=True)
def test_the_doctor_finds_a_sound_installation_sound(capsys: pytest.CaptureFixture[str]) -> None:
    tasks.note_beat()
    call_command("doctor", "--no-color")

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == list(doctor._SUBJECTS)
    assert {line[:4] for line in lines} == {"ok  "}


@pytest.mark.django_db(transaction=True)
def test_the_doctor_tells_what_needs_a_hand(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(doctor._SUBJECTS, "clock", lambda at: (False, "an hour off: set this machine's clock"))
    with pytest.raises(SystemExit) as end:
        call_command("doctor", "--no-color")

    assert end.value.code == 1
    assert "BAD  clock      an hour off" in capsys.readouterr().out


def test_the_example_of_an_environment_names_variables_that_are_read() -> None:
    lines = (ROOT / "deploy/environment.example").read_text().splitlines()
    names = {line.split("=")[0] for line in lines if "=" in line and not line.startswith("#")}
    read = (ROOT / "dom/settings.py").read_text()

    assert sorted(name for name in names if f'"{name}"' not in read) == ["NUMBA_CACHE_DIR"]
