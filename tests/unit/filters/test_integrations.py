from typing import Any

import pytest

from tidings.filters import COURIER, allows


@pytest.mark.parametrize(
    ("integrations", "allowed"),
    [
        (None, True),
        ({}, True),
        ({"All": True}, True),
        ({"All": False}, False),
        ({"All": False, "Courier": True}, True),
        ({"All": False, "Courier": {"templateId": "x"}}, True),
        ({"All": False, "Courier": {}}, True),
        ({"Courier": False}, False),
        ({"All": True, "Courier": False}, False),
        ({"courier": False}, True),
        ({"COURIER": False}, True),
        ({"all": False}, False),
        ({"All": "false"}, True),
        ({"All": 0}, True),
        ({"All": None}, True),
        ({"Courier": None}, True),
        ({"Courier": 0}, True),
        ({"Courier": ""}, True),
        ({"Courier": "false"}, True),
        ({"Courier": []}, True),
        ({"All": False, "Courier": None}, False),
        ({"All": False, "Courier": "true"}, False),
        (True, True),
        ([], True),
        ("x", True),
        ({"Segment.io": False}, False),
        ({"Segment.io": True}, True),
        ({"Segment.io": False, "Courier": True}, False),
        ({"Personas": False}, True),
        ({"all": False, "All": True}, True),
        ({"All": True, "all": False}, True),
        ({"All": False, "Google Analytics": True}, False),
    ],
)
def test_the_truth_table(integrations: Any, allowed: bool) -> None:
    """Every row of segment.md §3.1 is decided as it says."""
    assert allows(integrations, COURIER) is allowed


@pytest.mark.parametrize(
    ("integrations", "allowed"),
    [
        ({"Webhooks": False}, False),
        ({"webhooks": False}, True),
        ({"All": False, "Courier": True}, False),
        ({"All": False, "Webhooks": {"a": 1}}, True),
        ({"Courier": False}, True),
    ],
)
def test_other_destinations_have_names_of_their_own(integrations: Any, allowed: bool) -> None:
    """The same table holds for every destination, by its own name."""
    assert allows(integrations, "Webhooks") is allowed
