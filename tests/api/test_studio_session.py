"""Studio's session in the place of an API key."""

import pytest

from tidings.accounts import AREAS, StudioSession
from tidings.api.authentication import opened, owned
from tidings.errors import NotFound
from tidings.workspaces import Environment

HERE = {"Tidings-Environment": "production"}


@pytest.fixture
async def browser(stranger, services):
    """A browser that opened Studio with its link."""
    await services.studio_sessions.mint("one-time", expires_at=services.clock.now_ms() + 60_000)
    assert (await stranger.get("/studio/?token=one-time")).status_code == 303
    return stranger


async def test_a_session_opens_the_environment_that_is_named(browser, api, test_api):
    """Each is the same as with that environment's key."""
    await api.post("/profiles/ann", json={"profile": {"name": "Ann"}})
    await test_api.post("/profiles/bob", json={"profile": {"name": "Bob"}})

    answer = await browser.get("/profiles/ann", headers=HERE)
    assert answer.json()["profile"]["name"] == "Ann"
    assert (await browser.get("/profiles/bob", headers=HERE)).status_code == 404
    assert (await browser.get("/profiles/bob", headers={"tidings-environment": "test"})).status_code == 200
    answer = await browser.post("/profiles/eve", json={"profile": {"name": "Eve"}}, headers=HERE)
    assert answer.status_code == 200
    assert (await api.get("/profiles/eve")).status_code == 200


async def test_a_session_without_the_header_opens_nothing(browser, refused):
    """A form of another site sends the cookie along, and cannot send the header."""
    refused(await browser.get("/profiles/ann"), 401, "No valid API key")
    refused(await browser.post("/profiles/ann", json={"profile": {}}), 401)


async def test_another_site_is_not_let_send_the_header(browser):
    """A browser asks first whether it may; the answer allows no other origin."""
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = await browser.options(
        "/profiles/ann", headers={**asked, "Access-Control-Request-Headers": "tidings-environment"}
    )

    assert not [name for name in answer.headers if name.startswith("access-control-")]


async def test_the_header_without_a_session_opens_nothing(stranger, refused):
    """Whoever names an environment has to be signed in."""
    refused(await stranger.get("/profiles/ann", headers=HERE), 401)
    stranger.cookies.set("tidings_studio", "9999999999.x.y")
    refused(await stranger.get("/profiles/ann", headers=HERE), 401)


async def test_a_wrong_key_is_not_mended_by_a_session(browser, refused):
    """Who sends an `Authorization` header is held to it."""
    refused(await browser.get("/profiles/ann", headers={**HERE, "Authorization": "Bearer pk_no"}), 401)


async def test_an_unknown_environment_is_refused_with_the_names_there_are(browser, refused):
    """Nothing is opened by chance."""
    answer = await browser.get("/profiles/ann", headers={"Tidings-Environment": "staging"})

    refused(answer, 404, "there is no environment 'staging'; here are production, test")


def test_a_session_opens_nothing_of_another_workspace():
    """Studio is the first workspace's."""
    everything = [Environment(7, 2, "theirs", "live"), Environment(3, 1, "ours", "live")]

    assert owned(everything) == everything[1:]
    session = StudioSession(id="ses_1", workspace_id=1, account=None, created=0, seen=0, expires=9)
    assert opened(session, "ours", everything).id == 3
    with pytest.raises(NotFound, match="'theirs'; here are ours"):
        opened(session, "theirs", everything)
    assert owned([]) == []


async def test_a_session_says_what_it_opens(browser):
    """Studio reads it first of all."""
    answer = await browser.get("/studio/session")

    rooms = answer.json()["environments"]
    assert [(room["name"], room["delivery"]) for room in rooms] == [("production", "live"), ("test", "simulated")]
    assert rooms[0]["sees"] == rooms[0]["changes"] == sorted(AREAS)
    assert answer.json()["expires"].endswith("Z")
    assert answer.headers["cache-control"] == "no-store"


async def test_who_is_not_signed_in_is_told_how_to(stranger, refused):
    """With the command that prints a link."""
    refused(await stranger.get("/studio/session"), 401, "`tidings studio` prints a link")
