"""Marks that messages leave: links that tell, and who switches them off."""

import re

import pytest

from tidings.links import Choose, Click, Leave, Links, Open
from tidings.preferences import Section, Topic
from tidings.sending_rules import SendingRules, Tracking

LINKS = Links(b"k" * 32)
CONTENT = {
    "version": "2022-01-01",
    "elements": [{"type": "action", "content": "Look", "href": "https://shop.test/?a=1"}],
}


@pytest.fixture
def sent(house):
    """Send an email, and give its id and the HTML that was handed over."""
    house.public_url = "https://we.test"

    async def send(**message):
        (message_id,) = await house.send_many([{"to": {"email": "ann@x.test"}, "content": CONTENT, **message}])
        fleet = house.fleet()
        await house.outbound(fleet).run_once()
        await fleet.close()
        output = await house.messages.outputs(1, message_id)
        return message_id, output[0].content["html"]

    return send


def told(html):
    """What the links and the picture of an email mean."""
    clicks = [LINKS.read(Click, ticket) for ticket in re.findall(r'href="https://we\.test/t/c/([^"]+)', html)]
    opens = [LINKS.read(Open, ticket) for ticket in re.findall(r'src="https://we\.test/t/o/([^"]+)', html)]
    return clicks, opens


async def test_an_email_tells(sent):
    """Its links name message, way and target, and its picture the message and the way."""
    message_id, html = await sent()
    clicks, opens = told(html)
    assert clicks == [Click(1, message_id, "email", "outbox", "https://shop.test/?a=1")]
    assert opens == [Open(1, message_id, "email", "outbox")]


async def test_campaign_parameters(sent):
    """The provider's win over the channel's, and those over the message's."""
    utm = {"source": "m", "medium": "m", "campaign": "m"}
    channels = {"email": {"metadata": {"utm": {"medium": "c", "campaign": "c"}}}}
    providers = {"outbox": {"metadata": {"utm": {"campaign": "p"}}}}
    _, html = await sent(metadata={"utm": utm}, channels=channels, providers=providers)
    ((click,), _) = told(html)
    assert click.url == "https://shop.test/?a=1&utm_source=m&utm_medium=c&utm_campaign=p"


async def test_a_message_that_is_not_to_tell(sent):
    """`tracking.open: false` of the channel's override leaves the picture out, and links as they are tracked."""
    _, html = await sent(channels={"email": {"override": {"tracking": {"open": False}}}})
    clicks, opens = told(html)
    assert (len(clicks), opens) == (1, [])


@pytest.mark.parametrize(
    ("tracking", "clicks", "opens"),
    [(Tracking(opens=False), 1, 0), (Tracking(clicks=False), 0, 1), (Tracking(opens=False, clicks=False), 0, 0)],
)
async def test_an_environment_that_is_not_to_tell(house, sent, tracking, clicks, opens):
    """The sending rules switch opens and clicks off, each by itself."""
    await house.rules.put(1, SendingRules(tracking=tracking), now=1)
    _, html = await sent()
    assert tuple(map(len, told(html))) == (clicks, opens)


NAMED = {
    "version": "2022-01-01",
    "elements": [
        {
            "type": "html",
            "content": "{{urls.unsubscribe}}|{{urls.preferences}}|{{urls.opened}}|{{subscriptionTopicId}}|",
        },
        {"type": "html", "content": "{{openTrackingId}}|{{unsubscribeTrackingId}}|"},
    ],
}


@pytest.fixture
async def topic(house):
    """Make a topic whose emails say how to leave it."""

    async def make(**changes):
        section = Section(environment_id=1, id="s", name="S", created=1, updated=1)
        await house.preferences.put_section(section, create=True)
        fields = {"environment_id": 1, "section_id": "s", "name": "T", "created": 1, "updated": 1}
        whole = {"default_status": "OPTED_IN", "include_unsubscribe_header": True, **fields, **changes}
        await house.preferences.put_topic(Topic(id="t", **whole), create=True)

    return make


async def test_what_templates_can_name(sent, house, topic):
    """Where to unsubscribe, where to choose, the picture, and the ids alone; for the message's topic."""
    await topic()
    message_id, html = await sent(content=NAMED, preferences={"subscription_topic_id": "t"})
    said = re.sub(r"<[^>]*>|\s", "", html).rpartition("https://we.test/t/u/")[2].split("|")
    at = house.clock.at // 1000
    assert LINKS.read(Leave, said[0]) == Leave(1, message_id, "t", "email", at)
    assert LINKS.read(Choose, said[1].removeprefix("https://we.test/t/p/")) == Choose(1, message_id, at)
    assert said[2] == f"https://we.test/t/o/{said[4]}"
    assert said[3] == "t"
    assert said[5] == said[0]


@pytest.mark.parametrize(
    ("changes", "says"),
    [({}, True), ({"include_unsubscribe_header": False}, False), ({"default_status": "REQUIRED"}, False)],
)
async def test_whether_the_headers_say_how_to_leave(house, sent, topic, changes, says):
    """They do where the topic wants it and somebody may leave it; the link is the one that templates name."""
    await topic(**changes)
    message_id, _ = await sent(preferences={"subscription_topic_id": "t"})
    (kept,) = await house.outbox.get(1, message_id)
    url = kept.content["unsubscribe_url"]
    if says:
        assert LINKS.read(Leave, url.removeprefix("https://we.test/t/u/")).topic_id == "t"
    else:
        assert url is None


@pytest.mark.parametrize(("data", "tells"), [({"a": 1}, True), ({"a": "x" * 2_000}, False)])
async def test_a_push_notification_tells(house, data, tells):
    """Its data say where the app tells what became of it, where there is room for that."""
    house.public_url = "https://we.test"
    content = {"title": "Hi", "body": "Ho"}
    to = {"user_id": "ann", "firebaseToken": "token"}
    (message_id,) = await house.send_many(
        [{"to": to, "content": content, "data": data, "routing": {"method": "single", "channels": ["push"]}}]
    )
    fleet = house.fleet()
    await house.outbound(fleet).run_once()
    await fleet.close()
    (kept,) = await house.outbox.get(1, message_id)
    url = kept.content["data"].get("trackingUrl", "")
    if tells:
        assert LINKS.read(Open, url.removeprefix("https://we.test/e/")) == Open(1, message_id, "push", "outbox")
    else:
        assert url == ""


async def test_nobody_knows_how_we_are_reached(house, sent):
    """Without a public URL links stay as they are."""
    house.public_url = ""
    _, html = await sent()
    assert "/t/" not in html
    assert 'href="https://shop.test/?a=1"' in html


TEXTS = {"elements": [*CONTENT["elements"], {"type": "text", "content": "See [here](https://shop.test/b) or there"}]}


@pytest.fixture
def texted(house):
    """Send a text message, and give its id and words."""
    house.public_url = "https://we.test"

    async def send(**message):
        message = {"content": {**CONTENT, **TEXTS}, "routing": {"method": "single", "channels": ["sms"]}, **message}
        (message_id,) = await house.send_many([{"to": {"phone_number": "+4915112345678"}, **message}])
        fleet = house.fleet()
        await house.outbound(fleet).run_once()
        await fleet.close()
        (output,) = await house.messages.outputs(1, message_id)
        return message_id, output.content["text"]

    return send


async def test_links_of_texts_where_that_is_asked_for(house, texted):
    """Buttons and links lead by way of us; without the switch they stand as they are."""
    _, plain = await texted()
    assert plain == "Look: https://shop.test/?a=1\nSee here (https://shop.test/b) or there"

    await house.rules.put(1, SendingRules(tracking=Tracking(texts=True)), now=house.clock.at)
    message_id, words = await texted()
    tickets = re.findall(r"https://we\.test/t/c/([\w-]+)", words)
    assert [LINKS.read(Click, ticket) for ticket in tickets] == [
        Click(1, message_id, "sms", "outbox", "https://shop.test/?a=1"),
        Click(1, message_id, "sms", "outbox", "https://shop.test/b"),
    ]
    assert "shop.test" not in words


async def test_a_link_of_a_text_that_is_not_to_be_tracked(house, texted):
    """`disable_tracking` holds in texts, too."""
    await house.rules.put(1, SendingRules(tracking=Tracking(texts=True)), now=house.clock.at)
    button = {**CONTENT["elements"][0], "disable_tracking": True}
    link = {"type": "link", "content": "here", "href": "https://shop.test/b", "disable_tracking": True}
    elements = [button, {"type": "text", "elements": [link]}]
    _, words = await texted(content={**CONTENT, "elements": elements})
    assert words == "Look: https://shop.test/?a=1\nhere (https://shop.test/b)"
