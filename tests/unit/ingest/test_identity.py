from decimal import Decimal

import pytest

from tidings.errors import InvalidInput
from tidings.ingest.identity import identifier, is_blocked, number_text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (123, "123"),
        (Decimal("1.0"), "1"),
        (Decimal("1.50"), "1.5"),
        (157963456373623802, "157963456373623802"),
        (Decimal("1e21"), "1000000000000000000000"),
        (Decimal("-0.0"), "0"),
        (Decimal("1e-999999"), "0"),
        (1.5, "1.5"),
    ],
)
def test_a_number_becomes_text_without_exponent_or_loss(number, text) -> None:
    """Row 27: a numeric id is written out, digit by digit."""
    assert number_text(number) == text


@pytest.mark.parametrize("value", [None, "", "  ", "\t\n"])
def test_an_empty_id_is_absent(value) -> None:
    """Row 26: an id that is null, empty or blank is none."""
    assert identifier(value, "userId") is None


def test_an_id_is_not_trimmed() -> None:
    """Row 26: blanks around an id belong to it."""
    assert identifier(" ann ", "userId") == " ann "


@pytest.mark.parametrize("value", [True, [], {}])
def test_what_is_neither_text_nor_number_is_no_id(value) -> None:
    """Row 28: booleans, lists and objects are refused as ids."""
    with pytest.raises(InvalidInput) as refusal:
        identifier(value, "userId")
    assert refusal.value.code == "id_not_string"


@pytest.mark.parametrize("text", ["x" * 1025, "é" * 513])
def test_an_id_longer_than_a_kilobyte_is_refused(text) -> None:
    """Row 30: ids are capped in bytes, since they become keys of indexes."""
    with pytest.raises(InvalidInput) as refusal:
        identifier(text, "userId")
    assert refusal.value.code == "id_too_long"
    assert identifier("é" * 512, "userId") == "é" * 512


@pytest.mark.parametrize("text", ["null", "undefined", "-1", "anonymous", "0", "00000000-0000-0000-0000-000000000000"])
def test_ids_that_name_nobody_are_blocked(text) -> None:
    """Row 29: what programs write when they have no id is recognised."""
    assert is_blocked(text)


@pytest.mark.parametrize("text", ["10", "ann", "Null", "0-1"])
def test_other_ids_are_not_blocked(text) -> None:
    """An id that merely resembles a blocked one is an id."""
    assert not is_blocked(text)
