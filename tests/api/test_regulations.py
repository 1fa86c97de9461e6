import pytest

from tidings.regulations import Told

SUPPRESS = {"regulationType": "SUPPRESS_ONLY", "subjectType": "USER_ID", "subjectIds": ["ann"]}
DELETE = {**SUPPRESS, "regulationType": "SUPPRESS_WITH_DELETE"}


async def regulate(api, body):
    answer = await api.post("/regulations", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["regulateId"]


async def test_suppressing_is_done_when_it_is_answered(api):
    """A suppression is a finished regulation, and lifting it another one."""
    regulate_id = await regulate(api, SUPPRESS)
    receipt = (await api.get(f"/regulations/{regulate_id}")).json()["data"]["regulation"]
    assert (receipt["overallStatus"], receipt["subjects"]) == ("FINISHED", ["ann"])
    assert (await api.get("/regulations/suppressed")).json()["data"]["suppressed"] == ["ann"]
    assert (await api.get("/suppressions/user:ann")).json()["kind"] == "privacy"
    assert (await api.delete("/suppressions/user:ann")).status_code == 409

    await regulate(api, {**SUPPRESS, "regulationType": "UNSUPPRESS"})
    assert (await api.get("/regulations/suppressed")).json()["data"]["suppressed"] == []
    assert (await api.get("/suppressions/user:ann")).status_code == 404


async def test_a_deletion_says_who_asked_and_when(api):
    """The receipt is there at once."""
    regulate_id = await regulate(api, {**DELETE, "subjectIds": ["ann", "bob", "ann"]})
    receipt = (await api.get(f"/regulations/{regulate_id}")).json()["data"]["regulation"]

    assert receipt["overallStatus"] == "INITIALIZED"
    assert receipt["subjects"] == ["ann", "bob"]
    assert (receipt["finishedAt"], receipt["erased"], receipt["error"]) == (None, {}, "")
    assert receipt["createdAt"].endswith("Z")
    assert receipt["askedBy"]
    assert receipt["streamStatus"] == []


async def test_a_receipt_says_what_destinations_answered(api, services):
    """Each as Segment says it; one that was deleted before it answered is waited for no longer."""
    made = {"kind": "webhook", "name": "Out", "settings": {"url": "https://example.com/hook"}}
    there = (await api.post("/destinations", json=made)).json()["id"]
    regulate_id = await regulate(api, DELETE)
    regulation = await services.regulations.get(1, regulate_id)
    told = {
        there: Told(name="Out", users=1, updated=1_000),
        "gone": Told(name="Gone", users=1, updated=1_000),
        "mute": Told(name="Mute", why_not="it is switched off", updated=1_000),
    }
    assert await services.regulations.hand_on(regulation, told, [])
    await services.regulations.progress(regulation, due_at=1, finished=1)
    receipt = (await api.get(f"/regulations/{regulate_id}")).json()["data"]["regulation"]

    assert receipt["overallStatus"] == "RUNNING"
    (stream,) = receipt["streamStatus"]
    assert [tuple(each.values()) for each in stream["destinationStatus"]] == [
        (there, "Out", "RUNNING", "", None),
        ("gone", "Gone", "FAILED", "the destination was deleted before it had answered", "1970-01-01T00:00:01.000Z"),
        ("mute", "Mute", "NOT_SUPPORTED", "it is switched off", None),
    ]


async def test_regulations_are_listed(api, test_api):
    """Newest first, page by page; another environment has its own."""
    made = [await regulate(api, DELETE) for _ in range(3)]
    first = (await api.get("/regulations", params={"limit": 2})).json()["data"]
    rest = (await api.get("/regulations", params={"limit": 2, "cursor": first["pagination"]["next"]})).json()["data"]

    listed = [each["id"] for each in (*first["regulations"], *rest["regulations"])]
    assert sorted(listed) == sorted(made)
    assert rest["pagination"]["next"] is None
    assert (await test_api.get("/regulations")).json()["data"]["regulations"] == []
    assert (await test_api.get(f"/regulations/{made[0]}")).status_code == 404


async def test_a_deletion_is_withdrawn_before_it_begins(api):
    """Only what was not begun can be taken back."""
    regulate_id = await regulate(api, {**DELETE, "regulationType": "DELETE_ONLY"})
    assert (await api.delete(f"/regulations/{regulate_id}")).json() == {"data": {"status": "SUCCESS"}}
    assert (await api.get(f"/regulations/{regulate_id}")).status_code == 404
    assert (await api.delete(f"/regulations/{await regulate(api, SUPPRESS)}")).status_code == 409


@pytest.mark.parametrize(
    "change",
    [
        {"regulationType": "FORGET"},
        {"subjectType": "OBJECT_ID"},
        {"subjectIds": []},
        {"subjectIds": [""]},
        {"subjectIds": ["  "]},
        {"subjectIds": ["a\x00"]},
        {"subjectIds": ["x" * 1001]},
        {"subjectIds": [str(number) for number in range(5001)]},
    ],
)
async def test_what_is_no_regulation_is_refused(api, change):
    """Unknown kinds, unknown subjects and too many of them are refused, and nothing is done."""
    answer = await api.post("/regulations", json={**SUPPRESS, **change})
    assert answer.status_code == 400
    assert (await api.get("/regulations")).json()["data"]["regulations"] == []
