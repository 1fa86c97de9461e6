"""Marks that messages leave: links that tell, and who switches them off."""

import re

import pytest

from tidings.links import Click, Links, Open
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


async def test_nobody_knows_how_we_are_reached(house, sent):
    """Without a public URL links stay as they are."""
    house.public_url = ""
    _, html = await sent()
    assert "/t/" not in html
    assert 'href="https://shop.test/?a=1"' in html
