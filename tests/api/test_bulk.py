import pytest

from tidings.pipeline.expansion import ExpansionStep

MESSAGE = {"message": {"event": "welcome", "data": {"n": 1}, "brand": "b"}}
USERS = [
    {"recipient": "ann", "profile": {"email": "ann@example.com"}, "data": {"n": 2}},
    {"to": {"user_id": "bob"}},
    {"profile": {"email": "cid@example.com"}},
]


@pytest.fixture
async def job(api):
    """A job with three users."""
    job_id = (await api.post("/bulk", json=MESSAGE)).json()["jobId"]
    answer = (await api.post(f"/bulk/{job_id}", json={"users": USERS})).json()
    assert answer == {"total": 3, "errors": []}
    return job_id


async def test_a_job_from_making_to_its_messages(api, services, job):
    """Users are added, it is run once, and each user becomes a message of their own."""
    state = (await api.get(f"/bulk/{job}")).json()["job"]
    assert (state["status"], state["received"], state["enqueued"]) == ("CREATED", 3, 0)
    assert state["definition"] == MESSAGE["message"]
    assert (await api.post(f"/bulk/{job}/run")).status_code == 202

    await ExpansionStep(store=services.expansions, clock=services.clock).run_once()

    state = (await api.get(f"/bulk/{job}")).json()["job"]
    assert (state["status"], state["enqueued"]) == ("COMPLETED", 3)
    listed = (await api.get(f"/bulk/{job}/users")).json()["items"]
    assert {item["status"] for item in listed} == {"ENQUEUED"}
    messages = {
        item["recipient"]: item for item in (await api.get("/messages", params={"traceId": job})).json()["results"]
    }
    assert set(messages) == {"ann", "bob", "cid@example.com"}
    assert {item["messageId"] for item in listed} == {item["id"] for item in messages.values()}
    assert {item["event"] for item in messages.values()} == {"welcome"}


async def test_a_job_runs_once_and_takes_no_more_users(api, refused, job):
    """409 for both."""
    await api.post(f"/bulk/{job}/run")

    refused(await api.post(f"/bulk/{job}/run"), 409)
    refused(await api.post(f"/bulk/{job}", json={"users": [{"recipient": "zed"}]}), 409)


@pytest.mark.parametrize("to", [{"list_id": "news"}, {"audience_id": "a"}, {"tenant_id": "acme"}])
async def test_a_user_of_a_job_is_one_user(api, job, to):
    """A group in the place of a user is not added, and the reason says what to do."""
    answer = (await api.post(f"/bulk/{job}", json={"users": [{"to": to}]})).json()

    assert answer["total"] == 0
    assert "one user" in answer["errors"][0]["error"]


async def test_users_who_cannot_be_added_are_named(api, job):
    """Who is there already, who comes twice and whom nobody could find: each with the reason, the others are added."""
    more = [{"recipient": "ann"}, {"recipient": "new"}, {"recipient": "new"}, {"data": {"n": 1}}, {"to": 7}]
    answer = (await api.post(f"/bulk/{job}", json={"users": more})).json()

    assert answer["total"] == 1
    assert sorted(error["error"].split(":")[0] for error in answer["errors"])[:2] == ["Duplicate user"] * 2
    assert len(answer["errors"]) == 4


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({}, "message.event"),
        ({"event": 7}, "message.event"),
        ({"event": "e", "data": []}, "message.data"),
        ({"event": "e", "content": {"title": 7}}, "message.content"),
    ],
)
async def test_odd_messages_are_refused(api, refused, message, words):
    """With the path of what is wrong."""
    refused(await api.post("/bulk", json={"message": message}), 400, words)


async def test_the_same_idempotency_key_is_the_same_job(api, refused):
    """And an unknown job is 404."""
    ids = {(await api.post("/bulk", json=MESSAGE, headers={"Idempotency-Key": "k"})).json()["jobId"] for _ in range(2)}

    assert len(ids) == 1
    refused(await api.get("/bulk/1-00000000-0"), 404)
    refused(
        await api.post("/send", json={"message": {"to": {"bulk_job": ids.pop()}, "template": "t"}}), 400, "bulk_job"
    )
