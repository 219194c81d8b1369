"""Answers what the product's source says, for the rules that no linter has a word for."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("dom", "inventory", "routing", "orders", "stores")


def product() -> list[Path]:
    """Return the product's Python files; migrations are history and follow no rule of today."""
    return [file for package in PACKAGES for file in _python(ROOT / package) if "migrations" not in parts(file)]


def migrations() -> list[Path]:
    """Return the product's migrations."""
    return [file for package in PACKAGES for file in _python(ROOT / package) if "migrations" in parts(file)]


def tests() -> list[Path]:
    """Return the suite's Python files."""
    return _python(ROOT / "tests")


def everything() -> list[Path]:
    """Return every Python file of ours."""
    return [*product(), *tests(), *_python(ROOT / "benchmarks"), ROOT / "manage.py"]


def parts(file: Path) -> tuple[str, ...]:
    """Return the names on the way to `file` below the product's own folder, which may stand anywhere."""
    return file.relative_to(ROOT).parts


def _python(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


@cache
def tree(file: Path) -> ast.Module:
    """Return the syntax tree of `file`."""
    return ast.parse(file.read_text(), filename=str(file))


def place(file: Path, node: ast.AST | None = None) -> str:
    """Return where something stands, as `path:line`."""
    line = getattr(node, "lineno", None)
    return f"{file.relative_to(ROOT)}:{line}" if line else str(file.relative_to(ROOT))


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of `file`, nested ones and methods included."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(file: Path) -> Iterator[tuple[ast.Call, str]]:
    """Yield every call with the dotted name that is called, such as `timezone.now`."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for a chain of names; what is no name becomes an empty part."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
