"""Where links of sent messages lead, and what is told of them."""

import pytest

from tidings.errors import Unavailable
from tidings.links import Click, Open
from tidings.messages import Sent, Status

TARGET = "https://shop.test/a?x=%20&y=1#z"


@pytest.fixture
async def message_id(api, world):
    """A message that its provider took."""
    await world.mapped(api, "Signed Up")
    await world.calls(world.track("Signed Up"))
    return await world.attempt(Sent("r"), Status.SENT)


@pytest.fixture
def click(services, message_id):
    """The path of a link of the message's."""
    return "/t/c/" + services.links.ticket(Click(1, message_id, "email", "smtp", TARGET))


@pytest.fixture
def pixel(services, message_id):
    """The path of the message's picture."""
    return "/t/o/" + services.links.ticket(Open(1, message_id, "email", "smtp"))


class Looks:
    """Somebody who looks at the message, and what is told of it."""

    def __init__(self, client, services, message_id):
        self.client = client
        self._services = services
        self._message_id = message_id

    async def told(self):
        """Read the message's history."""
        history = await self._services.messages.history(1, self._message_id)
        return [entry.type for entry in history if entry.type in {"OPENED", "CLICKED", "DELIVERED"}]


@pytest.fixture
def looks(stranger, services, message_id):
    """Somebody without a key."""
    return Looks(stranger, services, message_id)


async def test_an_opened_email(looks, services, message_id, pixel):
    """The picture comes, never from a cache; the first time is in the history and the status."""
    for _ in range(2):
        answer = await looks.client.get(pixel)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
        assert answer.headers["cache-control"] == "no-store"
    message = await services.messages.get(1, message_id)
    assert (message.status, message.opened is not None) == (Status.OPENED, True)
    assert await looks.told() == ["OPENED"]


async def test_a_followed_link(stranger, services, message_id, click, pixel):
    """It leads where it led, query and all; it is told once, with the address; opening later takes nothing back."""
    for _ in range(2):
        answer = await stranger.get(click)
        assert (answer.status_code, answer.headers["location"]) == (302, TARGET)
        assert answer.headers["referrer-policy"] == "no-referrer"
    await stranger.get(pixel)
    message = await services.messages.get(1, message_id)
    assert (message.status, message.clicked is not None) == (Status.CLICKED, True)
    (clicked,) = [each for each in await services.messages.history(1, message_id) if each.type == "CLICKED"]
    assert clicked.fields["url"] == TARGET
    assert clicked.fields["channel"] == {"id": "email"}


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"Sec-Purpose": "prefetch;prerender"}),
        ("GET", {"X-Moz": "prefetch"}),
        ("GET", {"User-Agent": "Slackbot-LinkExpanding 1.0"}),
    ],
)
async def test_nobody_looked(looks, click, pixel, method, headers):
    """Who asks for the head alone, ahead of time, or says it is a program, is answered and not counted."""
    assert (await looks.client.request(method, click, headers=headers)).headers["location"] == TARGET
    assert (await looks.client.request(method, pixel, headers=headers)).status_code == 200
    assert await looks.told() == []


async def test_no_open_redirect(looks, click, pixel, refused):
    """What we did not write leads nowhere: other letters, another kind's ticket, or an address put beside it."""
    for path in ("/t/c/AAAA", click[:-2] + "AA", click.replace("/c/", "/o/"), pixel.replace("/o/", "/c/")):
        refused(await looks.client.get(path), 404)
    answer = await looks.client.get(f"{click}?url=https://evil.test")
    assert answer.headers["location"] == TARGET
    assert await looks.told() == ["CLICKED"]


async def test_a_link_of_another_environment(looks, services, message_id):
    """A ticket that names another environment touches nothing of this one."""
    ticket = services.links.ticket(Open(2, message_id, "email", "smtp"))
    assert (await looks.client.get(f"/t/o/{ticket}")).status_code == 200
    assert await looks.told() == []


async def test_storage_is_away(broken, services, click):
    """The recipient gets where the link leads, though nobody can note it."""

    class Away:
        async def add(self, _facts):
            raise Unavailable("away")

    async with broken(facts=Away()) as client:
        answer = await client.get(click)
    assert answer.headers["location"] == TARGET


@pytest.mark.parametrize(
    ("event", "told"),
    [("OPENED", ["OPENED"]), ("click", ["CLICKED"]), ("DELIVERED", ["DELIVERED"]), ("UNREAD", [])],
)
async def test_what_an_app_tells(looks, pixel, event, told):
    """Apps post to the message's tracking URL, from any page; the same told twice is told once."""
    path = pixel.replace("/t/o/", "/e/")
    for _ in range(2):
        answer = await looks.client.post(path, json={"event": event})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert await looks.told() == told
    asked = await looks.client.options(path)
    assert (asked.status_code, asked.headers["access-control-allow-headers"]) == (204, "*")


async def test_what_is_no_event(stranger, pixel, refused):
    """An unknown event is refused with the field."""
    refused(await stranger.post(pixel.replace("/t/o/", "/e/"), json={"event": "eaten"}), 400, "event")
