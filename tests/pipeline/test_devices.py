"""Devices: every active token of a user is addressed, and one that is gone no more."""

import pytest

from tidings.channels import Available
from tidings.messages import Reason, Sent, Undeliverable
from tidings.ports import MessageFilter
from tidings.profiles import DeviceToken


class Pusher:
    """A provider of push notifications that knows some tokens."""

    def __init__(self, *, gone=()):
        self.gone = set(gone)
        self.asked = []

    async def available(self, _environment):
        """Offer one account."""
        return (Available("firebase-fcm", "pc", "push"),)

    def admit(self, _way):
        """Have room for everybody."""
        return 0.0

    def forgo(self, _way):
        """Have room anyway."""

    async def send(self, way, _dispatch):
        """Take it, unless the token is gone."""
        self.asked.append(way.address)
        return Undeliverable(Reason.BOUNCED, "unregistered") if way.address in self.gone else Sent()


@pytest.fixture
async def push(house):
    """Send a push notification to Ann by this provider."""

    async def send(pusher):
        routing = {"method": "single", "channels": ["push"]}
        await house.send({"to": {"user_id": "ann"}, "content": {"title": "Hi", "body": "Ho"}, "routing": routing})
        step = house.outbound(pusher)
        while await step.run_once():
            pass
        return sorted(set(pusher.asked))

    return send


def a_token(token, **changes):
    """A token of Ann's."""
    fields = {"environment_id": 1, "user_id": "ann", "service": "firebase-fcm", "created": 1, "updated": 1, **changes}
    return DeviceToken(token=token, **fields)


async def test_every_active_token_is_addressed(house, push):
    """Those of the profile and those that were registered, each once; not what was revoked, nor another service's."""
    await house.profiles.change(1, "u:ann", lambda _: {"firebaseToken": "a"}, now=1)
    tokens = [a_token("a"), a_token("b"), a_token("c", status="revoked"), a_token("d", service="apn")]
    await house.devices.put([*tokens, a_token("e", user_id="bob")])
    assert await push(Pusher()) == ["a", "b"]


async def test_a_user_without_a_profile(house, push):
    """Tokens are enough to be reached."""
    await house.devices.put([a_token("b")])
    assert await push(Pusher()) == ["b"]


async def test_a_token_that_is_gone(house, push):
    """What its service does not know any more is marked, and left out from then on."""
    await house.devices.put([a_token("a"), a_token("b")])
    assert await push(Pusher(gone="a")) == ["a", "b"]
    kept = await house.devices.get(1, "ann", "a")
    assert (kept.status, kept.status_reason) == ("failed", "unregistered")
    assert await push(Pusher()) == ["b"]


async def test_an_explanation_knows_the_devices(house, push):
    """Who has nothing but a registered device is told to be reached by it, asked now."""
    await house.devices.put([a_token("b")])
    pusher = Pusher()
    await push(pusher)
    (message,) = (await house.messages.page(1, MessageFilter(), limit=2, cursor=None)).items

    *_, profile, _whether, way = (await house.explainer(pusher).message(1, message.id)).now

    assert (way.step, way.verdict, way.why) == ("route", "passed", "it would go by push by firebase-fcm")
    assert profile.facts["keys"] == ["firebaseToken", "user_id"]
