"""Each odd input of the compatibility page, and each promise of the Courier destination, is named by a test."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "segment-compatibility.md").read_text()
ROWS = [int(number) for number in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)]
NAMED = re.compile(r"\b[Rr]ows? (\d+(?:(?:, | and | to )\d+)*)|id=\"(\d+) ")


def named() -> set[int]:
    """Read which rows tests name, in a docstring (`Rows 1, 4 and 7 to 9`) or in the id of a case (`id="25 no ids"`)."""
    rows: set[int] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for sentence, case in NAMED.findall(path.read_text()):
            if case:
                rows.add(int(case))
            for first, last in re.findall(r"(\d+)(?: to (\d+))?", sentence):
                rows.update(range(int(first), int(last or first) + 1))
    return rows


TESTED = named()


@pytest.mark.parametrize("row", ROWS)
def test_every_row_has_its_test(row: int) -> None:
    """Some test says which row it is about."""
    assert row in TESTED


def test_no_row_is_left_out() -> None:
    """All rows that are about calls, their doors and destinations are on the page, once."""
    assert sorted(ROWS) == [*(row for row in range(1, 68) if row not in {64, 66}), 74, 75]  # the others are Engage's


def promised() -> set[int]:
    """Read which promises of Segment's Courier destination (R1 to R37) the docstrings of tests name: `R7 to R10`."""
    found: set[int] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        text = path.read_text()
        if not re.search(r"\bR\d", text):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for first, last in re.findall(r"\bR(\d+)(?: to R(\d+))?\b", ast.get_docstring(node) or ""):
                    found.update(range(int(first), int(last or first) + 1))
    return found


def test_every_promise_of_the_courier_destination_has_its_test() -> None:
    """Some test says which it is about."""
    assert set(range(1, 38)) - promised() == set()
