"""The house rules that a machine can check. Each failure says where and what to do."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tidings.cli.root import COMMANDS

pytestmark = pytest.mark.xdist_group("house rules")
ROOT = Path(__file__).parents[2]
LINES_PER_FUNCTION_MAX = 70
LINES_PER_FILE_MAX = 400
LEFT_ALONE = {".git", ".venv", ".ruff_cache", ".mypy_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache"}
LEFT_ALONE |= {"__pycache__", "node_modules", "tidings-data", "dist"}
VAGUE = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "handler"}
TEXT = {".py", ".md", ".toml", ".lock", ".txt", ".json", ".jsonl", ".yml", ".yaml", ".html", ".css", ".js", ".sql", ""}


def files(*folders: str) -> Iterator[Path]:
    """Find the files of these folders, or of the whole project."""
    for folder in folders or (".",):
        for path in sorted((ROOT / folder).rglob("*")):
            own = not LEFT_ALONE & set(path.relative_to(ROOT).parts) and not path.name.endswith(".egg-info")
            if own and path.is_file() and path.suffix in TEXT:
                yield path


@cache
def text_of(path: Path) -> str:
    """Read a file, once for all rules."""
    return path.read_text()


@cache
def tree_of(path: Path) -> ast.Module:
    """Parse a file, once for all rules."""
    return ast.parse(text_of(path))


def modules(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Parse the Python files of these folders."""
    return ((path, tree_of(path)) for path in files(*folders) if path.suffix == ".py")


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Find all functions, methods too."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def place(path: Path, line: int | None = None) -> str:
    """Name a place as an editor understands it."""
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))


def words(name: str) -> set[str]:
    """Split a name into its words."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def test_imports_go_downwards() -> None:
    """Rooms import downwards only, as pyproject.toml draws them."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 our own tool
    assert done.returncode == 0, done.stdout


def test_functions_fit_on_a_screen() -> None:
    """No function has more than 70 lines: push decisions up and work down until it fits."""
    long = [
        place(path, function.lineno)
        for path, tree in modules("src", "tests", "benchmarks")
        for function in functions(tree)
        if "migrations" not in path.parts  # Alembic wants each revision in one function
        and (function.end_lineno or 0) - function.lineno >= LINES_PER_FUNCTION_MAX
    ]
    assert not long


def test_files_are_about_one_thing() -> None:
    """No source file has more than 400 lines: it holds two nouns by then."""
    long = [
        place(path)
        for path in files("src")
        if path.suffix == ".py" and "migrations" not in path.parts  # a revision lists every table it makes
        if len(path.read_text().splitlines()) > LINES_PER_FILE_MAX
    ]
    assert not long


def test_names_say_something() -> None:
    """Files, classes and functions have no names that could stand anywhere: find what it is about."""
    named = [(place(path), path.stem) for path in files("src", "tests", "benchmarks") if path.suffix == ".py"]
    for path, tree in modules("src", "benchmarks"):
        named += [
            (place(path, node.lineno), node.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        ]
    assert not [f"{where} {name}" for where, name in named if words(name) & VAGUE]


def test_nothing_is_left_for_later() -> None:
    """Unfinished work is an issue with an owner, not a mark in a file."""
    marks = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")) + r")\b")
    marked = [
        place(path, number)
        for path in files()
        if path.suffix != ".lock"
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if marks.search(line)
    ]
    assert not marked


def test_every_module_is_used() -> None:
    """Every module of the package is imported by another one, or is a way in."""
    ways_in = {
        "tidings",
        "tidings.__main__",
        "tidings.api.description",
        *(f"tidings.cli.{command.module}" for command in COMMANDS.values()),
    }
    present: dict[str, Path] = {}
    used: set[str] = set()
    for path, tree in modules("src"):
        parts = path.relative_to(ROOT / "src").with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        present[name] = path
        used |= {imported for imported in _imports(tree) if imported != name}
    outside = {name for name in present if name.startswith("tidings.testing") or ".migrations" in name}
    packages = {name for name in present if any(other.startswith(f"{name}.") for other in present)}
    assert not [place(present[name]) for name in present.keys() - used - ways_in - outside - packages]


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize(
    "forbidden",
    [
        r"pypi" + r"\.org",
        r"python" + r"hosted",
        r"registry\." + r"npmjs",
        r"registry\." + r"yarnpkg",
        r"index-" + r"url [^ -]",
        r"/wo" + r"rk/",
        r"/ro" + r"ot/",
        r"/t" + r"mp/venv",
    ],
)
def test_files_work_everywhere(forbidden: str) -> None:
    """No committed file names a package registry or a path of somebody's machine."""
    found = [
        place(path, number)
        for path in files()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if re.search(forbidden, line)
    ]
    assert not found


def test_every_test_states_a_fact() -> None:
    """Each test says in its docstring, in a sentence, what is true."""
    silent = [
        place(path, function.lineno)
        for path, tree in modules("tests")
        if path.name.startswith("test_")
        for function in functions(tree)
        if function.name.startswith("test_") and not (ast.get_docstring(function) or "").strip().endswith((".", "?"))
    ]
    assert not silent
