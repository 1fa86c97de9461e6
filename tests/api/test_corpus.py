"""The corpus that ships in `tidings.testing`: complete, repeatable, and taken whole."""

import io
import json

import pytest

from tidings.testing.corpus import FAMILIES, corpus
from tidings.testing.corpus.__main__ import main

KINDS = {"track", "identify", "page", "screen", "group", "alias"}


def test_a_seed_is_a_world() -> None:
    """The same seed makes the same calls, another seed others; no two calls of a world share an id."""
    world = corpus(600, seed=3)
    assert world == corpus(600, seed=3) != corpus(600, seed=4)
    assert len({call["messageId"] for call in world}) == 600


def test_every_family_is_there() -> None:
    """Six hundred calls hold every event that the Spec names, and every type of call."""
    world = corpus(600)
    events = {event for named in FAMILIES.values() for event in named}
    assert {call["event"] for call in world if call["type"] == "track"} == events
    assert {call["type"] for call in world} == KINDS
    assert {"b2b_saas", "ecommerce", "mobile", "video", "live_chat", "email"} <= FAMILIES.keys()


@pytest.mark.parametrize("seed", range(3))
async def test_every_call_is_taken_as_it_is(doors, seed) -> None:
    """Nothing of it is discarded or warned of, in a batch or alone, and what is kept says what was sent."""
    world = corpus(500, seed=seed)
    async with doors.client() as client:
        for start in range(0, 400, 100):
            assert (await client.post("/v1/batch", json={"batch": world[start : start + 100]})).status_code == 200
        for call in world[400:]:
            assert (await client.post(f"/v1/{call['type']}", json=call)).status_code == 200
    records = await doors.kept()
    assert [(record.message_id, record.type) for record in records] == [(it["messageId"], it["type"]) for it in world]
    assert {(record.discarded, record.warnings) for record in records} == {("", ())}
    for record, call in zip(records, world, strict=True):
        kept = json.loads(record.body)
        assert kept.get("properties") == call.get("properties")
        assert kept.get("traits") == call.get("traits")


def test_it_can_be_printed(monkeypatch) -> None:
    """One call a line, for other programs."""
    out = io.StringIO()
    monkeypatch.setattr("sys.stdout", out)
    assert main(["--count", "20", "--seed", "5"]) == 0
    assert [json.loads(line)["type"] for line in out.getvalue().splitlines()] != []
    assert len(out.getvalue().splitlines()) == 20
