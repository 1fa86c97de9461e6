import pytest

from tidings.ledger import Tally
from tidings.messages import Sent, Status
from tidings.pipeline.audiences import AudienceStep

HOUR_MS = 3_600_000


async def test_an_hour_by_the_minute(api, test_api, world, services):
    """Calls, messages by status and channel, failures by reason, and how providers answered."""
    await world.mapped(api, "Order")
    await world.calls(world.track("Order"), world.track("Order", "bob"), world.track("Unknown", "eve"))
    await world.attempt(Sent(), Status.SENT, provider="smtp")

    answer = (await api.get("/insights", params={"bucket": "minute"})).json()

    assert len(answer["starts"]) == 60
    assert answer["to"] - answer["from"] == HOUR_MS
    assert {line["status"]: line["total"] for line in answer["calls"]} == {"MAPPED": 2, "UNMAPPED": 1}
    assert {line["status"]: line["total"] for line in answer["messages"]} == {"ENQUEUED": 2, "SENT": 1}
    assert all(len(line["counts"]) == 60 and sum(line["counts"]) == line["total"] for line in answer["messages"])
    (line,) = answer["channels"]
    assert (line["channel"], line["status"], line["total"]) == ("email", "SENT", 1)
    (provider,) = answer["providers"]
    assert (provider["provider"], provider["attempts"], provider["sent"]) == ("smtp", 1, 1)
    assert answer["queue"] == {
        "waiting": 1,
        "is_all": True,
        "oldest_due": answer["queue"]["oldest_due"],
        "unapplied": 3,
    }
    other = (await test_api.get("/insights", params={"bucket": "minute"})).json()
    assert (other["calls"], other["messages"], other["providers"]) == ([], [], [])
    assert other["queue"]["waiting"] == 0


async def test_hours_and_days(api, world, services):
    """The same by the hour, which is asked for by default, and by the day."""
    hour = services.clock.now_ms() // HOUR_MS
    await world.count(Tally(1, hour, "MAPPED", "", 2), Tally(1, hour, "DISCARDED", "too_deep", 1))

    hours = (await api.get("/insights")).json()
    days = (await api.get("/insights", params={"bucket": "day"})).json()

    assert (hours["bucket"], len(hours["starts"]), len(days["starts"])) == ("hour", 24, 30)
    for answer in (hours, days):
        assert answer["calls"][0]["counts"][-1] == 2
        (failure,) = answer["failures"]
        assert (failure["of"], failure["status"], failure["reason"]) == ("call", "DISCARDED", "too_deep")


async def test_who_came_into_audiences_and_who_left(api, test_api, services):
    """Each audience has a line for who came and one for who left; what is there no more has no name."""
    step = AudienceStep(store=services.audiences, clock=services.clock)
    for title in ("Engineer", "Baker"):
        for user in ("ann", "bob"):
            await api.put(f"/profiles/{user}", json={"profile": {"title": title}})
        filters = {"operator": "EQ", "path": "title", "value": "Engineer"}
        await api.put("/audiences/engineers", json={"name": "Who builds", "filter": filters})
        while await step.run_once():
            pass

    for bucket in ("minute", "hour", "day"):
        found = (await api.get("/insights", params={"bucket": bucket})).json()
        lines = {(line["audience"], line["name"], line["change"]): line for line in found["audiences"]}
        assert {key: line["total"] for key, line in lines.items()} == {
            ("engineers", "Who builds", "JOINED"): 2,
            ("engineers", "Who builds", "LEFT"): 2,
        }
        assert all(line["counts"][-1] == 2 for line in lines.values())
        assert found["failures"] == []
    await api.delete("/audiences/engineers")
    assert {line["name"] for line in (await api.get("/insights")).json()["audiences"]} == {""}
    assert (await test_api.get("/insights")).json()["audiences"] == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"from": "yesterday"}, "ISO-8601"),
        ({"from": "2026-01-31", "to": "2026-01-30"}, "is before"),
        ({"from": "2025-01-01", "to": "2026-01-01"}, "744 hours"),
        ({"from": "2026-01-01", "to": "2026-01-02", "bucket": "minute"}, "360 minutes"),
        ({"from": "2025-01-01", "to": "2026-01-01", "bucket": "day"}, "92 days"),
    ],
)
async def test_a_chart_has_so_many_buckets(api, refused, query, words):
    """No times, the wrong order and too much are refused."""
    refused(await api.get("/insights", params=query), 400, words)
