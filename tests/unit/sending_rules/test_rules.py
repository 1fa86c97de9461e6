from datetime import UTC, datetime

import pytest

from tidings.errors import InvalidInput
from tidings.sending_rules import Limit, SendingRules, window_of


@pytest.mark.parametrize(
    ("period", "start"),
    [("hour", "2026-01-07 15:00"), ("day", "2026-01-07 00:00"), ("week", "2026-01-04 00:00"), ("month", "2026-01-01")],
)
def test_where_a_period_begins(period, start):
    """On the hour, at midnight, on Sunday, on the first: in UTC."""
    at = int(datetime(2026, 1, 7, 15, 30, tzinfo=UTC).timestamp() * 1000)

    assert window_of(period, at) == int(datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ({"zone": "Mars"}, "zone"),
        ({"window": "always"}, "window"),
        ({"window": "Dec 31: 09:00-10:00"}, "window"),
        ({"limits": (Limit(scope="user", period="day", max=1), Limit(scope="user", period="day", max=2))}, "limits"),
    ],
)
def test_rules_that_cannot_be_kept(rules, path):
    """Refused with the field that is wrong."""
    with pytest.raises(InvalidInput) as refusal:
        SendingRules(**rules).check()

    assert refusal.value.path == path
