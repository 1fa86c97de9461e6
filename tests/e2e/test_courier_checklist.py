"""What Segment's page about the Courier destination promises, row by row (segment.md §6), on a live server.

R1 to R3, R5, R6, R12, R36 and half of R37 are about destinations of other kinds: see `test_destinations.py`. R38 to R48
are about Engage, of which the identify calls are here.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

API_KEY = "pk_prod_0123456789abcdefghijklmnopqrstuvwxyz"
WRITE_KEY = "0123456789abcdefghijklmnopqrstuv"
NUMBERS = itertools.count(1)
FINAL = {"SENT", "UNMAPPED", "UNROUTABLE", "UNDELIVERABLE", "FILTERED", "SIMULATED"}


class Courier:
    """The product as its users meet it: calls in, profiles, maps and messages out."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.user = f"user {next(NUMBERS)}"
        self.event = f"Event {self.user}"

    async def say(self, *calls: dict[str, Any], user: str | None = None) -> list[dict[str, Any]]:
        """Send calls of this user and wait until each is in the log; gives its entries, in the calls' order."""
        named = [
            {"messageId": f"call {next(NUMBERS)}", **({} if user == "" else {"userId": self.user}), **it}
            for it in calls
        ]
        answer = await self.http.post("/v1/batch", json={"batch": named}, auth=(WRITE_KEY, ""))
        assert answer.json() == {"success": True}
        async with asyncio.timeout(30):
            while True:
                entries = {}
                for who in {it.get("userId") or it.get("anonymousId") for it in named}:
                    found = await self.http.get("/inbound-events", params={"user_id": who, "limit": "100"})
                    entries |= {entry["message_id"]: entry for entry in found.json()["results"]}
                if all(it["messageId"] in entries for it in named):
                    return [entries[it["messageId"]] for it in named]
                await asyncio.sleep(0.02)

    async def track(self, **fields: Any) -> dict[str, Any]:
        """Send this test's event."""
        (entry,) = await self.say({"type": "track", "event": self.event, **fields})
        return entry

    async def profile(self, user: str | None = None) -> Any:
        """Read a profile; None when there is none."""
        answer = await self.http.get(f"/profiles/{quote(user or self.user, safe='')}")
        return answer.json()["profile"] if answer.status_code == 200 else None

    async def template(self, *elements: dict[str, Any], published: bool = True) -> str:
        """Write an email."""
        content = {
            "version": "2022-01-01",
            "elements": [{"type": "channel", "channel": "email", "elements": list(elements)}],
        }
        body = {
            "notification": {"name": self.event, "content": content},
            "state": "PUBLISHED" if published else "DRAFT",
        }
        answer = await self.http.post("/notifications", json=body)
        assert answer.is_success, answer.text
        return str(answer.json()["id"])

    async def map(self, template_id: str, event: str | None = None) -> None:
        """Map an event, as the log names it."""
        name = event or f"Segment-TrackEvent:{self.event}"
        body = {"id": template_id, "type": "notification"}
        assert (await self.http.put(f"/events/{quote(name, safe='')}", json=body)).status_code == 200

    async def ready(self, *elements: dict[str, Any], **traits: Any) -> None:
        """Make a profile with an address, and this test's event mapped to a published email."""
        await self.say({"type": "identify", "traits": {"email": "ann@example.com", **traits}})
        await self.map(await self.template(*(elements or (text("Hello"),))))

    async def message(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Wait for the end of the message that an entry became."""
        async with asyncio.timeout(30):
            while True:
                answer = await self.http.get(f"/messages/{entry['id']}")
                if answer.status_code == 200 and answer.json()["status"] in FINAL:
                    return dict(answer.json())
                await asyncio.sleep(0.02)

    async def mail(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Read the mail that an entry became."""
        assert (await self.message(entry))["status"] == "SENT"
        (kept,) = (await self.http.get(f"/outbox/{entry['id']}")).json()["results"]
        return dict(kept)

    async def call(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Read an entry whole."""
        return dict((await self.http.get(f"/inbound-events/{entry['id']}")).json())

    async def data(self, entry: dict[str, Any]) -> Any:
        """Read what the message that an entry became was made of."""
        history = (await self.http.get(f"/messages/{entry['id']}/history")).json()["results"]
        return next(item["data"] for item in history if item["type"] == "ENQUEUED")

    async def sent(self) -> int:
        """Count the messages of this test's event that were sent."""
        found = await self.http.get("/messages", params={"event": f"Segment-TrackEvent:{self.event}"})
        return sum(message["status"] == "SENT" for message in found.json()["results"])


def text(content: str, **more: Any) -> dict[str, Any]:
    """Write a paragraph."""
    return {"type": "text", "content": content, **more}


@pytest.fixture
async def courier(shared_server: Any) -> AsyncIterator[Courier]:
    """A user and an event of their own."""
    headers = {"authorization": f"Bearer {API_KEY}"}
    async with httpx.AsyncClient(base_url=shared_server.url, headers=headers, timeout=30) as http:
        yield Courier(http)


@pytest.mark.parametrize("blanks", [("", ""), ("  ", ""), ("", "\n"), (" ", "  ")], ids=lambda it: f"R4 {it}")
async def test_r4_a_key_copied_with_blanks_works(courier: Courier, blanks: tuple[str, str]) -> None:
    """R4: whoever copies a blank with the key is let in all the same."""
    call = {"type": "track", "event": "x", "userId": courier.user, "messageId": courier.user}
    key = API_KEY.join(blanks)
    assert (await courier.http.post("/inbound/segment", json=call, auth=(key, ""))).status_code == 200


@pytest.mark.parametrize(
    ("call", "status", "reason"),
    [
        pytest.param({"type": "identify", "traits": {"a": 1}}, "APPLIED", "", id="R7 identify"),
        pytest.param({"type": "track", "event": "Nobody Maps This"}, "UNMAPPED", "", id="R8 track"),
        pytest.param({"type": "group", "groupId": "acme"}, "APPLIED", "", id="R9 group"),
        pytest.param({"type": "page", "name": "Home"}, "FILTERED", "UNSUPPORTED_EVENT_TYPE", id="R10 page"),
        pytest.param({"type": "screen", "name": "Main"}, "FILTERED", "UNSUPPORTED_EVENT_TYPE", id="R10 screen"),
        pytest.param(
            {"type": "alias", "previousId": "R10 device"}, "APPLIED", "", id="R10 alias, which names a device"
        ),
    ],
)
async def test_each_type_arrives_as_what_it_is(courier: Courier, call: Any, status: str, reason: str) -> None:
    """R7 to R10: in the log under its own type, with what became of it; none of these sends anything."""
    (entry,) = await courier.say(call)
    assert (entry["type"], entry["status"], entry["reason"]) == (call["type"], status, reason)
    sent = (await courier.http.get("/messages", params={"recipient": courier.user})).json()["results"]
    assert {message["status"] for message in sent} <= {"UNMAPPED"}


async def test_r9_a_group_keeps_its_traits(courier: Courier) -> None:
    """R9: the page's own example: a key with a blank and a number arrive as they are, in the log and on the tenant."""
    traits = {"name": "Initech", "industry": "Technology", "employees": 329, "plan": "enterprise", "total billed": 830}
    (entry,) = await courier.say({"type": "group", "groupId": "0e8c78ea9d97a7b8185e8632", "traits": traits})
    call = (await courier.call(entry))["call"]
    assert (call["groupId"], call["traits"]) == ("0e8c78ea9d97a7b8185e8632", traits)
    tenant = (await courier.http.get("/tenants/0e8c78ea9d97a7b8185e8632")).json()
    assert (tenant["name"], tenant["properties"]) == ("Initech", traits)
    members = (await courier.http.get(f"/users/{quote(courier.user)}/tenants")).json()["items"]
    assert [member["tenant_id"] for member in members] == ["0e8c78ea9d97a7b8185e8632"]


@pytest.mark.parametrize(
    ("integrations", "arrives"),
    [
        ({}, True),
        ({"All": False}, False),
        ({"All": False, "Courier": True}, True),
        ({"All": False, "Courier": {}}, True),
        ({"Courier": False}, False),
        ({"courier": False}, True),
        ({"COURIER": False}, True),
        ({"All": "false"}, True),
        ({"Courier": None}, True),
        ({"Segment.io": False}, False),
    ],
    ids=lambda it: f"R11 {it}" if isinstance(it, dict) else "",
)
async def test_r11_the_integrations_object_decides(courier: Courier, integrations: Any, arrives: bool) -> None:
    """R11: by the name Courier, in this case; what is kept back has its reason and makes no profile."""
    (entry,) = await courier.say({"type": "identify", "traits": {"a": 1}, "integrations": integrations})
    assert (entry["status"], entry["reason"]) == (
        ("APPLIED", "") if arrives else ("FILTERED", "FILTERED_BY_INTEGRATIONS_OBJECT")
    )
    assert await courier.profile() == ({"a": 1} if arrives else None)


async def test_r13_an_identify_makes_the_profile(courier: Courier) -> None:
    """R13: where there was none, there is one afterwards."""
    assert await courier.profile() is None
    await courier.say({"type": "identify", "traits": {"email": "a@example.com"}})
    assert await courier.profile() == {"email": "a@example.com"}


async def test_r14_traits_merge_over_time(courier: Courier) -> None:
    """R14: what is not mentioned stays, what is mentioned is replaced."""
    for traits in ({"a": 1}, {"b": 2}, {"a": 3}):
        await courier.say({"type": "identify", "traits": traits})
    assert await courier.profile() == {"a": 3, "b": 2}


async def test_r15_nested_objects_merge(courier: Courier) -> None:
    """R15: tokens named one by one are all there in the end."""
    for token in ("slackToken", "microsoftTeamsToken", "whatsAppToken"):
        await courier.say({"type": "identify", "traits": {"tokens": {token: "t"}}})
    assert await courier.profile() == {"tokens": {"slackToken": "t", "microsoftTeamsToken": "t", "whatsAppToken": "t"}}


async def test_r16_contact_traits_reach_the_user(courier: Courier) -> None:
    """R16: `email` is where the mail goes, and `sms` is kept as it was given."""
    await courier.ready(sms="+1-123-555-7890")
    kept = await courier.mail(await courier.track())
    assert kept["content"]["to"] == "ann@example.com"
    assert (await courier.profile())["sms"] == "+1-123-555-7890"


async def test_r17_any_other_trait_is_kept(courier: Courier) -> None:
    """R17: keys and types of any kind read back as they were."""
    traits = {"": 1, "a.b": [1, {"c": None}], "ünï": 12345678901234567890, "$": 0.5, "yes": True, "__proto__": {}}
    await courier.say({"type": "identify", "traits": traits})
    assert await courier.profile() == traits


async def test_r18_the_profile_api_sees_the_same_record(courier: Courier) -> None:
    """R18: written here, merged there, read in one."""
    await courier.http.put(f"/profiles/{quote(courier.user)}", json={"profile": {"a": 1}})
    await courier.say({"type": "identify", "traits": {"b": 2}})
    patch = [{"op": "add", "path": "/c", "value": 3}]
    await courier.http.patch(f"/profiles/{quote(courier.user)}", json={"patch": patch})
    assert await courier.profile() == {"a": 1, "b": 2, "c": 3}


async def test_r19_identifying_again_is_harmless(courier: Courier) -> None:
    """R19: the same call three times is the same profile."""
    for _ in range(3):
        await courier.say({"type": "identify", "traits": {"a": [1], "b": {"c": 1}}})
    assert await courier.profile() == {"a": [1], "b": {"c": 1}}


async def test_r20_an_anonymous_identify_has_a_profile_of_its_own(courier: Courier) -> None:
    """R20: keyed by the anonymous id; another user of that very name stays somebody else."""
    device = f"device of {courier.user}"
    await courier.say({"type": "identify", "anonymousId": device, "traits": {"a": 1}}, user="")
    assert await courier.profile(device) == {"a": 1}
    await courier.say({"type": "identify", "userId": device, "traits": {"b": 2}})
    assert await courier.profile(device) == {"b": 2}


async def test_r21_a_track_needs_no_properties(courier: Courier) -> None:
    """R21: it is logged, and its message has empty data."""
    await courier.ready()
    entry = await courier.track()
    assert entry["status"] == "MAPPED"
    await courier.mail(entry)
    assert await courier.data(entry) == {}


async def test_r22_r31_an_unmapped_event_is_in_the_log(courier: Courier) -> None:
    """R22, R31: with time, name, user and payload, and with exactly this status."""
    entry = await courier.track(properties={"a": 1})
    assert (entry["status"], entry["name"], entry["user_id"]) == ("UNMAPPED", courier.event, courier.user)
    assert entry["received_at"] >= entry["timestamp"] > 1_600_000_000_000
    assert (await courier.call(entry))["call"]["properties"] == {"a": 1}
    assert (await courier.message(entry))["status"] == "UNMAPPED"


async def test_r23_names_in_the_log_have_their_prefix(courier: Courier) -> None:
    """R23: `Segment-TrackEvent:` before what came from Segment, nothing before what was sent directly."""
    entry = await courier.track()
    assert entry["event"] == f"Segment-TrackEvent:{courier.event}"
    assert (await courier.message(entry))["event"] == f"Segment-TrackEvent:{courier.event}"
    template_id = await courier.template(text("Hello"))
    message = {"to": {"email": "ann@example.com"}, "template": template_id}
    sent = (await courier.http.post("/send", json={"message": message})).json()["requestId"]
    direct = await courier.message({"id": sent})
    assert not direct["event"].startswith("Segment-TrackEvent")


async def test_r24_only_a_mapped_event_sends_and_once(courier: Courier) -> None:
    """R24: unmapped, nothing; mapped, exactly one message."""
    await courier.track()
    assert await courier.sent() == 0
    await courier.ready()
    await courier.mail(await courier.track())
    assert await courier.sent() == 1


async def test_r25_r26_properties_are_the_data(courier: Courier) -> None:
    """R25, R26: all of them, types kept, and templates may use them."""
    properties = {"orderNumber": 12345678980, "at": "2026-12-01T10:00:00Z", "items": [{"n": 1.5}], "none": None}
    await courier.ready(text("Order {{orderNumber}} of {{at}}: {{items.[0].n}}"))
    entry = await courier.track(properties=properties)
    assert "Order 12345678980 of 2026-12-01T10:00:00Z: 1.5" in (await courier.mail(entry))["content"]["text"]
    assert await courier.data(entry) == properties


async def test_r27_a_property_decides_what_is_said(courier: Courier) -> None:
    """R27: a condition on a property shows one part or the other."""
    await courier.ready(text("for customers", **{"if": "data.paid"}), text("for others", **{"if": "!data.paid"}))
    for paid, expected, other in ((True, "for customers", "for others"), (False, "for others", "for customers")):
        kept = await courier.mail(await courier.track(properties={"paid": paid}))
        assert expected in kept["content"]["text"]
        assert other not in kept["content"]["text"]


async def test_r27_a_property_switches_the_channel(courier: Courier) -> None:
    """R27: a condition on a property says which channel is taken."""
    email = {"type": "channel", "channel": "email", "if": "data.paid", "elements": [text("By mail")]}
    sms = {"type": "channel", "channel": "sms", "if": "!data.paid", "elements": [text("By text")]}
    content = {"version": "2022-01-01", "elements": [email, sms]}
    body = {"notification": {"name": courier.event, "content": content}, "state": "PUBLISHED"}
    await courier.map((await courier.http.post("/notifications", json=body)).json()["id"])
    await courier.say({"type": "identify", "traits": {"email": "ann@example.com", "phone_number": "+14155550100"}})
    for paid, channel in ((True, "email"), (False, "sms")):
        entry = await courier.track(properties={"paid": paid})
        assert (await courier.mail(entry))["channel"] == channel


async def test_r28_the_user_selects_the_profile(courier: Courier) -> None:
    """R28: `userId`, else `anonymousId`; with both the user counts; the log has the profile, and templates read it."""
    device = f"device of {courier.user}"
    await courier.ready(text("Dear {{profile.name}}"), name="Ann")
    await courier.say(
        {"type": "identify", "anonymousId": device, "traits": {"name": "Device", "email": "d@x.org"}}, user=""
    )
    both = await courier.track(anonymousId=device)
    assert "Dear Ann" in (await courier.mail(both))["content"]["text"]
    assert (await courier.call(both))["profile"]["name"] == "Ann"
    (alone,) = await courier.say({"type": "track", "event": courier.event, "anonymousId": device}, user="")
    assert "Dear Device" in (await courier.mail(alone))["content"]["text"]


async def test_r29_without_a_profile_it_fails_visibly(courier: Courier) -> None:
    """R29: the event is logged, and its message says that there is no address."""
    await courier.map(await courier.template(text("Hello")))
    entry = await courier.track()
    assert entry["status"] == "MAPPED"
    message = await courier.message(entry)
    assert (message["status"], message["reason"]) == ("UNROUTABLE", "NO_CHANNELS")


@pytest.mark.parametrize(
    ("published", "mapped"),
    [
        pytest.param(False, False, id="R30 draft, unmapped"),
        pytest.param(False, True, id="R30 draft, mapped"),
        pytest.param(True, False, id="R30 published, unmapped"),
        pytest.param(True, True, id="R30 published, mapped"),
    ],
)
async def test_r30_only_published_and_mapped_sends(courier: Courier, published: bool, mapped: bool) -> None:
    """R30: of four combinations one sends."""
    await courier.say({"type": "identify", "traits": {"email": "ann@example.com"}})
    template_id = await courier.template(text("Hello"), published=published)
    if mapped:
        await courier.map(template_id)
    entry = await courier.track()
    assert entry["status"] == ("MAPPED" if published and mapped else "UNMAPPED")
    assert (await courier.message(entry))["status"] == ("SENT" if published and mapped else "UNMAPPED")


async def test_r32_mapping_later_sends_nothing_late(courier: Courier) -> None:
    """R32: old events stay what they were; new ones flow."""
    old = await courier.track()
    await courier.ready()
    new = await courier.track()
    await courier.mail(new)
    assert (await courier.message(old))["status"] == "UNMAPPED"
    assert await courier.sent() == 1


async def test_r33_the_log_names_what_is_to_be_mapped(courier: Courier) -> None:
    """R33: the event id that the log shows is the one that the settings page maps; both make the same map."""
    entry = await courier.track()
    await courier.say({"type": "identify", "traits": {"email": "ann@example.com"}})
    template_id = await courier.template(text("Hello"))
    await courier.map(template_id, entry["event"])
    found = (await courier.http.get(f"/events/{quote(entry['event'], safe='')}")).json()
    assert found["id"] == template_id
    assert (await courier.track())["status"] == "MAPPED"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(str.lower, id="R34 lower case"),
        pytest.param(str.upper, id="R34 upper case"),
        pytest.param(" {}".format, id="R34 a blank before"),
        pytest.param("{} ".format, id="R34 a blank after"),
    ],
)
async def test_r34_names_match_exactly(courier: Courier, change: Any) -> None:
    """R34: case and blanks count."""
    await courier.ready()
    (entry,) = await courier.say({"type": "track", "event": change(courier.event)})
    assert entry["status"] == "UNMAPPED"


@pytest.mark.parametrize("what", [pytest.param("map", id="R35 unmapped"), pytest.param("template", id="R35 archived")])
async def test_r35_unmapping_stops_it(courier: Courier, what: str) -> None:
    """R35: without the map, or without a published template, the status is Unmapped again from then on."""
    await courier.ready()
    await courier.mail(await courier.track())
    event = f"/events/{quote(f'Segment-TrackEvent:{courier.event}', safe='')}"
    template = f"/notifications/{(await courier.http.get(event)).json()['id']}"
    assert (await courier.http.delete(event if what == "map" else template)).is_success
    assert (await courier.track())["status"] == "UNMAPPED"
    assert await courier.sent() == 1


async def test_r37_a_repeated_call_notifies_once(courier: Courier) -> None:
    """R37: the same messageId again, in one request and in another, is one message."""
    await courier.ready()
    call = {"type": "track", "event": courier.event, "messageId": f"again {courier.user}"}
    (entry, _) = await courier.say(call, call)
    await courier.say(call)
    await courier.mail(entry)
    await courier.say({"type": "identify", "traits": {"after": True}})
    assert await courier.sent() == 1


async def test_traits_are_never_evaluated(courier: Courier) -> None:
    """Row 67: HTML and template syntax in a trait are text: escaped in a mail's HTML, and nothing more."""
    name = "<b>{{7}}</b> {{event}}"
    await courier.ready(text("Dear {{profile.name}}"), name=name)
    content = (await courier.mail(await courier.track()))["content"]
    assert f"Dear {name}" in content["text"]
    assert "<b>" not in content["html"]
    assert "{{event}}" in content["html"]
    assert (await courier.profile())["name"] == name


async def test_r38_to_r41_audiences_are_boolean_traits(courier: Courier) -> None:
    """R38, R39, R41, R46, R47: what Engage says by identify is a trait like any other, true or false, never a text."""
    context = {"personas": {"computation_class": "audience", "computation_key": "big_spender"}}
    more = {"context": context, "integrations": {"All": False, "Courier": True}}
    await courier.ready(text("thanks", **{"if": "profile.big_spender"}), text("hello"))
    for is_in in (True, False):
        await courier.say({"type": "identify", "traits": {"big_spender": is_in}, **more})
        assert (await courier.profile())["big_spender"] is is_in
        kept = await courier.mail(await courier.track())
        assert ("thanks" in kept["content"]["text"]) is is_in
