"""When an element shows."""

import pytest

from tidings.elemental.condition import ConditionError, Group, Row, condition
from tidings.rendering.conditions import test as decide
from tidings.rendering.program import Run, Scope
from tidings.rendering.stage import Stage
from tidings.rendering.variables import Variables

ROOT = Variables(
    data={"plan": "pro", "seats": 3, "on": True, "tags": ["a", "b"], "none": None, "empty": "", "text": "3"},
    profile={"name": "Ann"},
).root()


def holds(source):
    """Decide over the variables above."""
    return decide(condition(source))(Run(Stage(root=ROOT)), Scope(ROOT))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plan", True),
        ("data.plan === 'pro'", True),
        ('$.data.plan == "pro"', True),
        ("data.seats === 3", True),
        ("data.seats === 3.0", True),
        ("data.text === 3", False),
        ("data.text == 3", True),
        ("data.on == 'true'", True),
        ("data.on === 1", False),
        ("data.seats >= 3 && data.seats < 4", True),
        ("data.plan > 1", False),
        ("data.text > 2", True),
        ("!(data.on && profile.name != 'Ann')", True),
        ("!!data.on", True),
        ("data.missing || profile.name == 'Ann' && data.on", True),
        ("data.missing", False),
        ("data.none == null", True),
        ("data.missing === undefined", True),
        ("{{data.plan}} == 'pro'", True),
        ("data.tags[1] == 'b'", True),
        ("data.tags.length > 1", True),
        ("true", True),
        ("false || 0", False),
        ("-1 < 0", True),
    ],
)
def test_expressions(source, expected):
    """Paths, literals, comparisons and the three words of logic mean what they mean in JavaScript."""
    assert holds(source) is expected


@pytest.mark.parametrize(
    "source",
    ["", "data.a +", "(data.a", "data.a === ", "f(x)", "a ? b : c", "a = 1", "'a", "&& a", "a b", "(" * 40, "!" * 40],
)
def test_what_is_not_supported_is_refused(source):
    """An expression outside the language is refused, never guessed at."""
    with pytest.raises(ConditionError):
        condition(source)


def test_long_expressions_are_refused():
    """Expressions have a limit."""
    with pytest.raises(ConditionError):
        condition("a && " * 1_000 + "a")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (Row(property="data.plan", operator="equals", value="pro"), True),
        (Row(property="data.plan", operator="not_equals", value="pro"), False),
        (Row(property="data.seats", operator="greater_than", value=2), True),
        (Row(property="data.seats", operator="less_than_or_equals", value="3"), True),
        (Row(property="data.tags", operator="contains", value="b"), True),
        (Row(property="data.plan", operator="contains", value="r"), True),
        (Row(property="data.plan", operator="not_contains", value="x"), True),
        (Row(property="data.empty", operator="is_empty"), True),
        (Row(property="data.seats", operator="is_not_empty"), True),
    ],
)
def test_rows_of_the_designer(row, expected):
    """Each operator of the designer's form decides as its name says."""
    assert holds((Group(conditions=(row,)),)) is expected


def test_groups_are_joined_by_or():
    """One group that holds is enough; within a group its own word counts."""
    no, yes = Row(property="data.missing", operator="is_not_empty"), Row(property="data.on", operator="is_not_empty")
    assert holds((Group(conditions=(no, yes)), Group(conditions=(no, yes), logical_operator="or")))
    assert not holds((Group(conditions=(no, yes)),))
