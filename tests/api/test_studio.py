import html
import re
from pathlib import Path

import pytest

from tidings.api.studio.session import COOKIE, Session, StudioCookies
from tidings.api.studio.view import shares
from tidings.messages import Reason, Status, Undeliverable
from tidings.secrets import SecretBox


@pytest.fixture
async def studio(stranger, services):
    """A browser that opened Studio with its link."""
    await services.studio_sessions.mint("one-time", expires_at=services.clock.now_ms() + 60_000)
    answer = await stranger.get("/studio/?token=one-time")
    assert answer.status_code == 303
    return stranger


async def test_a_link_opens_studio_once(stranger, services):
    """The token is used up, leaves the address, and becomes a cookie that scripts cannot read."""
    await services.studio_sessions.mint("one-time", expires_at=services.clock.now_ms() + 60_000)

    answer = await stranger.get("/studio/?token=one-time")
    assert (answer.status_code, answer.headers["location"]) == (303, "/studio/")
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=lax", "path=/;", "max-age=604800"))
    assert "one-time" not in cookie
    assert (await stranger.get("/studio/")).status_code == 200

    stranger.cookies.clear()
    answer = await stranger.get("/studio/?token=one-time")
    assert answer.status_code == 401
    assert "This link has been used" in answer.text
    assert "tidings studio" in answer.text


async def test_a_used_link_still_leads_in_where_one_is_in(studio):
    """Opening the bookmark again in the same browser is no mistake."""
    answer = await studio.get("/studio/?token=one-time")

    assert (answer.status_code, answer.headers["location"]) == (303, "/studio/")


@pytest.mark.parametrize("path", ["/studio/", "/studio/live", "/studio/messages/x", "/studio/outbox/x/email"])
@pytest.mark.parametrize("cookie", ["", "x", "9999999999.x.y", "ü", "x" * 300])
async def test_without_a_session_nothing_is_shown(stranger, path, cookie):
    """Neither the page nor any of its parts."""
    answer = await stranger.get(path, headers={"Cookie": f"{COOKIE}={cookie}".encode()})

    assert answer.status_code == 401


def test_a_cookie_is_ours_and_fresh_or_nothing():
    """Another key's, a changed and an expired cookie open nothing."""
    cookies = StudioCookies(SecretBox("a secret of sixteen"))
    value = cookies.issue(now=1_000_000, secure=False).value
    week = 7 * 24 * 3600 * 1000

    assert cookies.session(value, now=1_000_000 + week - 1) == Session(expires=1_000_000 + week)
    assert not cookies.session(value, now=1_000_000 + week)
    assert not cookies.session("9" + value, now=1_000_000)
    assert not StudioCookies(SecretBox("another secret, sixteen")).session(value, now=1_000_000)


async def test_the_page_runs_nothing_but_itself(studio):
    """A nonce for its own style and script, nothing from elsewhere, no frames around it."""
    answers = [await studio.get("/studio/") for _ in range(2)]

    policy = answers[0].headers["content-security-policy"]
    (nonce,) = re.search(r"script-src 'nonce-([^']+)'", policy).groups()
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert f'<script nonce="{nonce}">' in answers[0].text
    assert answers[0].text.count("<script") == 1
    assert nonce not in answers[1].text
    assert not re.search(r"(src|href)=\"https?:", answers[0].text)
    assert " style=" not in answers[0].text
    assert " onclick=" not in answers[0].text
    assert answers[0].headers["cache-control"] == "no-store"


async def test_an_empty_studio_says_how_to_begin(studio):
    """A first call in Python, with the hint of the write key, never the key."""
    text = (await studio.get("/studio/")).text

    assert "analytics.identify(" in text
    assert "wk_…wwww" in text
    assert "w" * 40 not in text
    assert "No messages yet" in text


async def test_the_snippet_for_browsers_leads_here(studio):
    """The snippet of the docs, with this server's address; the key is its reader's to fill in."""
    text = html.unescape((await studio.get("/studio/")).text)
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "browser.md").read_text()
    (snippet,) = re.findall(r"^```html\n(<script>.*?</script>\n)```", page, re.MULTILINE | re.DOTALL)

    assert snippet.replace("https://tidings.example.com", "http://tidings.test") in text
    assert "YOUR_WRITE_KEY" in snippet


async def test_an_unmapped_call_says_what_to_do(studio, world):
    """A command to copy that maps exactly this event."""
    await world.calls(world.track('Order\'s "Done" & <b>'))

    text = (await studio.get("/studio/live")).text

    assert "UNMAPPED" in text
    assert "/events/Segment-TrackEvent%3AOrder%27s%20%22Done%22%20%26%20%3Cb%3E&#39;" in text
    assert "<b>" not in re.sub(r"<b>(state|stream)</b>", "", text)


async def test_an_event_mapped_since_says_so(studio, api, world):
    """Mapping later sends nothing that came before; the page says what it will do."""
    await world.calls(world.track("Signed Up"))
    await world.mapped(api, "Signed Up")

    text = (await studio.get("/studio/live")).text

    assert "mapped since then" in text
    assert "curl" not in text


async def test_an_unpublished_template_is_told_apart(studio, api, world):
    """The command publishes the template that is mapped."""
    content = {"version": "2022-01-01", "elements": []}
    body = {"notification": {"name": "Draft", "content": content, "alias": "Segment-TrackEvent:Signed Up"}}
    template = (await api.post("/notifications", json=body)).json()["id"]
    await world.calls(world.track("Signed Up"))

    assert f"/notifications/{template}/publish" in (await studio.get("/studio/live")).text


async def test_a_message_says_why(studio, api, world):
    """Status, reason and the provider's words; its history is a click away."""
    await world.mapped(api, "Signed Up")
    await world.calls(world.track("Signed Up"))
    refusal = Undeliverable(Reason.BOUNCED, "no such mailbox")
    ends = {"reason": Reason.BOUNCED, "error": "no such mailbox"}
    message_id = await world.attempt(refusal, Status.UNDELIVERABLE, **ends)

    text = (await studio.get("/studio/live")).text
    assert "BOUNCED · no such mailbox" in text
    history = await studio.get(f"/studio/messages/{message_id}")
    assert [word for word in ("ENQUEUED", "MAPPED", "RENDERED") if word in history.text] == [
        "ENQUEUED",
        "MAPPED",
        "RENDERED",
    ]


async def test_a_mail_is_previewed_in_a_sandbox(studio, world):
    """It runs nothing, fetches nothing, and is shown in a frame that says so."""
    evil = "<script>alert(1)</script><img src='https://tracker.example'>"
    await world.keep("1-00000001-a", html=evil, subject="<i>Hi</i>")

    page = (await studio.get("/studio/live")).text
    assert "&lt;i&gt;Hi&lt;/i&gt;" in page
    assert "<iframe sandbox " in page
    preview = await studio.get("/studio/outbox/1-00000001-a/email")
    assert preview.text == evil
    policy = preview.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "https:" not in policy
    assert (await studio.get("/studio/outbox/1-00000001-a/sms")).status_code == 404


async def test_environments_are_switched_and_kept_apart(studio, world):
    """Test shows what test holds; an unknown name shows the first."""
    await world.keep("1-00000001-a", subject="In production")

    assert "In production" in (await studio.get("/studio/")).text
    test = await studio.get("/studio/?environment=test")
    assert "In production" not in test.text
    assert re.search(r'href="\?environment=test" aria-current="page"', test.text)
    assert (await studio.get("/studio/outbox/1-00000001-a/email?environment=test")).status_code == 404
    assert "In production" in (await studio.get("/studio/?environment=nowhere")).text


def test_a_bar_adds_up():
    """Stretches follow one another from 0 to 100, the most frequent first."""
    bar = shares(["SENT", "SENT", "UNMAPPED", "SENT"])

    assert [(share.word, share.count, share.start, share.width) for share in bar] == [
        ("SENT", 3, 0, 75),
        ("UNMAPPED", 1, 75, 25),
    ]
    assert shares([]) == []
