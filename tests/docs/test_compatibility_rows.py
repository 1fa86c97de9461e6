"""Each odd input that the compatibility page answers is the subject of a test that names its row."""

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
