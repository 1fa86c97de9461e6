"""Why a condition does not hold."""

import pytest

from tidings.rendering import holds

ROOT = {"data": {"plan": "free", "n": 3, "tags": ["a"], "none": ""}, "profile": {"name": "Ann"}}


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("data.plan == 'free'", None),
        ("data.plan == 'pro'", '`data.plan` is "free", not "pro"'),
        ("data.n > 3", "`data.n` is 3, not above 3"),
        ("data.n < 3 || data.n >= 4", "`data.n` is 3, not below 3, and `data.n` is 3, below 4"),
        ("data.plan == 'free' && data.gone", "`data.gone` is missing"),
        ("data.plan != 'free'", '`data.plan` is "free"'),
        ("!data.plan", '`data.plan` is "free"'),
        ("!(data.plan == 'free')", '`data.plan` is "free"'),
        ("!(data.plan != 'pro')", '`data.plan` is "free", not "pro"'),
        ("!(data.gone > 1 || data.n > 2)", "`data.n` is 3, above 2"),
        ("!(data.plan && data.n <= 3)", '`data.plan` is "free", and `data.n` is 3, not above 3'),
        ("!!data.gone", "`data.gone` is missing"),
        ("data.plan == profile.name", '`data.plan` is "free", not `profile.name` ("Ann")'),
        ("a b", "the condition cannot be read: 'b' is unexpected or not supported yet"),
    ],
)
def test_an_explanation_names_the_first_reason(source, why):
    """It names what was looked up, what was found, and what was wanted."""
    assert holds(source, ROOT) == why


def test_rows_of_the_designer_are_explained():
    """A form's rows are explained as expressions are."""
    from tidings.elemental.condition import Group, Row

    row = Row(property="data.tags", operator="contains", value="b")
    assert holds((Group(conditions=(row,)),), ROOT) == '`data.tags` is ["a"], which does not contain "b"'
    row = Row(property="data.none", operator="is_not_empty")
    assert holds((Group(conditions=(row,)),), ROOT) == "`data.none` is empty"
