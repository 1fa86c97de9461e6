import pytest

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
    """The receipt is there at once; outside destinations are named as not told, unless it was asked for here alone."""
    made = {"name": "Out", "metadataId": "webhook", "settings": {"url": "https://example.com/hook"}}
    await api.post("/destinations", json={"kind": "webhook", **made})
    regulate_id = await regulate(api, {**DELETE, "subjectIds": ["ann", "bob", "ann"]})
    receipt = (await api.get(f"/regulations/{regulate_id}")).json()["data"]["regulation"]

    assert receipt["overallStatus"] == "INITIALIZED"
    assert receipt["subjects"] == ["ann", "bob"]
    assert (receipt["finishedAt"], receipt["erased"], receipt["error"]) == (None, {}, "")
    assert receipt["createdAt"].endswith("Z")
    assert receipt["askedBy"]
    (stream,) = receipt["streamStatus"]
    assert [(each["name"], each["status"]) for each in stream["destinationStatus"]] == [("Out", "NOT_SUPPORTED")]

    internal = await regulate(api, {**DELETE, "regulationType": "DELETE_INTERNAL"})
    assert (await api.get(f"/regulations/{internal}")).json()["data"]["regulation"]["streamStatus"] == []


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
