"""The rules of the house that no linter has a word for. Each was broken once to see it fail."""

import ast
import hashlib
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dom import celery
from dom.schedule import SCHEDULE
from tests.architecture import source
from tests.architecture.source import ROOT, place

_LOCKING_SQL = re.compile(r"\bFOR (NO KEY )?(UPDATE|SHARE)\b|\bSKIP LOCKED\b|\bLOCK TABLE\b", re.IGNORECASE)
_CLOCKS = {
    "timezone.now", "timezone.localdate", "timezone.localtime", "datetime.now", "datetime.datetime.now",
    "datetime.utcnow", "date.today", "datetime.date.today", "time.time",
}  # fmt: skip
#: Where a request, a message, a command or a person comes in; everything under it is told what time it is.
_EDGES = re.compile(
    r"^(manage\.py|dom/[a-z_]+\.py|dom/(supervisor|embedded|console|api|demo)/.*|dom/kernel/rest/.*"
    r"|stores/(?!services|selectors|locks|models|machines).*|.*/(tasks|admin|views|middleware)(\.py|/.*)"
    r"|.*/(api|management|connectors)/.*)$"
)
_REASON = re.compile(r"#\s*(noqa(: [A-Z0-9, ]+)?|type: ignore(\[[a-z0-9, -]+\])?)(?P<rest>.*)$")
#: Names of programs that write text and code, as digests so that this file names none.
_WRITERS = {"c857d09db23e6822", "c70eca6b0f88f44d", "60965168ce762e94", "7d3194f79e645c42", "3ea125d0bff386e6"}
_BINARY = {".png", ".jpg", ".wasm", ".woff2", ".gz", ".zst"}


def _path(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_locks_stand_in_locks_or_in_sql() -> None:
    found = [
        place(file, node)
        for file in source.product()
        if file.name != "locks.py" and file.parent.name != "locks"
        for node in ast.walk(source.tree(file))
        if (isinstance(node, ast.Attribute) and node.attr == "select_for_update")
        or (isinstance(node, ast.Constant) and isinstance(node.value, str) and _locks(node.value))
    ]

    assert found == []


def _locks(text: str) -> bool:
    return bool(_LOCKING_SQL.search(text)) and re.search(r"\b(SELECT|LOCK TABLE)\b", text) is not None


def test_the_clock_is_read_at_edges_alone() -> None:
    found = [
        place(file, call)
        for file in source.product()
        if not _EDGES.match(_path(file))
        for call, name in source.calls(file)
        if name in _CLOCKS
    ]

    assert found == []


def test_tasks_are_sent_after_commit() -> None:
    found = [
        place(file, call)
        for file in source.product()
        if file.name != "celery.py"
        for call, name in source.calls(file)
        if name.rsplit(".", 1)[-1] in {"delay", "apply_async", "send_task"}
    ]

    assert found == []


def test_no_signals() -> None:
    found = [
        place(file, node)
        for file in source.product()
        for node, module in _imports(file)
        if module in {"django.dispatch", "django.db.models.signals"}
        or (module.endswith(".signals") and file != ROOT / "dom/routing_worker.py")
    ]

    assert found == []


def _imports(file: Path) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(source.tree(file)):
        if isinstance(node, ast.ImportFrom):
            yield node, node.module or ""
            for alias in node.names:
                yield node, f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name


def test_nothing_is_imported_inside_a_function() -> None:
    found = [
        place(file, node)
        for file in (*source.product(), *source.tests())
        for function in source.functions(file)
        if not (file.name == "apps.py" and function.name == "ready")
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert found == []


def _lines(file: Path) -> int:
    return len(file.read_text().splitlines())


def test_files_fit_the_eye() -> None:
    long = [(_path(file), _lines(file)) for file in source.product() if _lines(file) > 400]
    long += [(_path(file), _lines(file)) for file in source.tests() if _lines(file) > 600]

    assert long == []


def test_functions_fit_the_eye() -> None:
    long = [
        (place(file, function), function.name)
        for file in source.everything()
        for function in source.functions(file)
        if _length(function) > (120 if "kernels" in source.parts(file) else 50)
    ]

    assert long == []


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_services_take_keywords() -> None:
    """Whatever writes, and whatever other packages call of a service, is told everything by name."""
    outside = set(_called_from_outside())
    found = [
        (place(file, node), node.name)
        for file in source.product()
        if _is_service_module(file)
        for node in source.tree(file).body
        if isinstance(node, ast.FunctionDef) and _positional(node)
        if _demands_unit_of_work(node) or (node.name in outside and not node.name.startswith("_"))
    ]

    assert found == []


def _is_service_module(file: Path) -> bool:
    return file.name == "services.py" or "services" in source.parts(file)


def _called_from_outside() -> Iterator[str]:
    """Yield the names that files beside the services import from them, or call as attributes of what they import."""
    for file in (one for one in source.product() if not _is_service_module(one)):
        taken = {
            alias.asname or alias.name
            for node in ast.walk(source.tree(file))
            if isinstance(node, ast.ImportFrom) and "services" in (node.module or "").split(".")
            for alias in node.names
        }
        yield from taken
        for _, name in source.calls(file):
            parts = name.split(".")
            if parts[0] in taken or "services" in parts:
                yield parts[-1]


def _demands_unit_of_work(function: ast.FunctionDef) -> bool:
    return any(source.dotted(mark) == "in_unit_of_work" for mark in function.decorator_list)


def _positional(function: ast.FunctionDef) -> int:
    return len(function.args.posonlyargs) + len(function.args.args)


def test_every_name_that_is_rung_is_a_task() -> None:
    celery.app.loader.import_default_modules()
    rung = {
        (place(file, call), call.args[0].value)
        for file in source.product()
        for call, name in source.calls(file)
        if name.rsplit(".", 1)[-1] in {"enqueue", "ring", "answer"}
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    named = rung | {("dom/schedule.py", bell["task"]) for bell in SCHEDULE.values()}

    assert sorted(pair for pair in named if pair[1] not in celery.app.tasks) == []


def test_tasks_are_thin_shells() -> None:
    long = [
        (place(file, function), function.name)
        for file in source.product()
        if file.name == "tasks.py"
        for function in source.functions(file)
        if any("shared_task" in ast.unparse(mark) for mark in function.decorator_list) and _length(function) > 12
    ]

    assert long == []


def test_nothing_is_defined_that_only_a_test_names() -> None:
    others = [*(ROOT / "benchmarks").rglob("*.py"), *(ROOT / "templates").rglob("*.html"), ROOT / "manage.py"]
    written = [*source.product(), *source.migrations(), *others]
    named = Counter(word for file in written for word in re.findall(r"\w+", file.read_text()))
    found = [
        (place(file, node), node.name)
        for file in source.product()
        for node in source.tree(file).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and named[node.name] == 1 and not _registers(node)
    ]

    assert found == []


def _registers(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Whether a framework finds it by what it is a subclass of."""
    bases = {source.dotted(base) for base in node.bases} if isinstance(node, ast.ClassDef) else set()
    return bool(bases & {"AppConfig", "OpenApiAuthenticationExtension"})


def test_every_ignored_lint_has_a_reason() -> None:
    found = [
        f"{_path(file)}:{number}"
        for file in source.everything()
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if (match := _REASON.search(line)) and "#" not in match["rest"]
    ]
    listed = re.findall(r'^    "[A-Z]+[0-9]+",\s*$', (ROOT / "pyproject.toml").read_text(), flags=re.MULTILINE)

    assert found == []
    assert listed == []


def _texts() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.decode()
    files = [ROOT / name for name in listed.split("\0") if name] or source.everything()
    return [file for file in files if file.suffix not in _BINARY and file.is_file()]


def test_the_product_names_no_tool_of_its_making() -> None:
    found = [
        (_path(file), word)
        for file in _texts()
        if "vendor" not in file.parts
        for word in set(re.findall(r"[a-z]+", file.read_text(errors="ignore").lower()))
        if hashlib.sha256(word.encode()).hexdigest()[:16] in _WRITERS
    ]

    assert found == []


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc"])
def test_files_are_named_for_what_they_answer(name: str) -> None:
    assert [_path(file) for file in source.everything() if name in {file.stem, *source.parts(file)}] == []
