import pytest

from tidings.ingest import pack
from tidings.ledger import Tally
from tidings.messages import Sent, Status

HOUR_MS = 3_600_000


async def test_the_ledger_of_a_quiet_day(api):
    """Without a call there is nothing on either side, and that balances."""
    answer = (await api.get("/ledger")).json()

    assert answer["calls"] == {"accepted": 0, "applied": {}, "dropped": {}, "pending": 0}
    assert answer["balances"] is True
    assert answer["to"].endswith(":00:00.000Z")


async def test_calls_and_messages_are_accounted_for(api, test_api, world, services):
    """What was applied, what waits in the stream, and where the messages are; each environment for itself."""
    await world.mapped(api, "Order")
    records = [world.track("Order"), world.track("Order", "bob"), world.track("Unknown", "eve")]
    await world.calls(*records)
    await world.accepted(3, at=records[0].received_at)
    await world.attempt(Sent(), Status.SENT)
    grant = {"environment_id": 1, "source_id": 1, "received_at": services.clock.now_ms(), "partitions": 1}
    await services.stream.append(pack([world.track("Later")] * 2, **grant))
    await services.stream.append(pack([world.track("Later")] * 2, **grant))

    answer = (await api.get("/ledger")).json()

    assert answer["calls"]["applied"] == {"MAPPED": 2, "UNMAPPED": 1}
    assert (answer["calls"]["accepted"], answer["calls"]["pending"]) == (5, 2)  # the first entry is behind the offset
    assert (answer["messages"]["made"], answer["messages"]["sent"], answer["messages"]["pending"]) == (2, 1, 1)
    assert answer["differences"] == []
    assert answer["balances"] is True
    assert (await test_api.get("/ledger")).json()["calls"]["accepted"] == 0


async def test_what_does_not_add_up_is_said(api, world, services):
    """A record that was read and became nothing is a difference."""
    await world.accepted(1, at=services.clock.now_ms())

    answer = (await api.get("/ledger")).json()

    assert answer["balances"] is False
    assert answer["differences"][0].endswith("1 calls accepted, 0 accounted for")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"from": "2026-01-31T14:30:00Z"}, "whole hour"),
        ({"to": "yesterday"}, "ISO-8601"),
        ({"from": "2026-01-31", "to": "2026-01-30"}, "not after"),
        ({"from": "2025-01-01", "to": "2026-01-01"}, "31 days"),
    ],
)
async def test_a_period_is_some_whole_hours(api, refused, query, words):
    """Half hours, no times, the wrong order and more than 31 days are refused."""
    refused(await api.get("/ledger", params=query), 400, words)


async def test_a_period_may_lie_anywhere(api, world, services):
    """A period in the past holds what came then."""
    hour = services.clock.now_ms() // HOUR_MS - 1000
    await world.count(Tally(1, hour, "ACCEPTED", "", 2), Tally(1, hour, "APPLIED", "", 2))

    answer = (await api.get("/ledger", params={"from": hour * HOUR_MS, "to": (hour + 1) * HOUR_MS})).json()

    assert answer["calls"]["accepted"] == 2
    assert answer["balances"] is True
