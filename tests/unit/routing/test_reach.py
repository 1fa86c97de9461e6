"""Where profiles can be reached."""

import json

import pytest

from tidings.routing import STATIC, addresses_on, shown

SUBSCRIPTION = {"endpoint": "https://push.example/1", "keys": {"p256dh": "BPk", "auth": "aaa"}}


@pytest.mark.parametrize(
    ("channel", "provider", "profile", "addresses"),
    [
        ("sms", "twilio", {"phone_number": "+49 (151) 123-456 78"}, ["+4915112345678"]),
        ("push", "firebase-fcm", {"firebaseToken": "t1"}, ["t1"]),
        ("push", "firebase-fcm", {"firebaseToken": ["t1", "t2", "t1", 7]}, ["t1", "t2"]),
        ("push", "apn", {"apn": {"token": "a", "tokens": ["b", "a"]}}, ["a", "b"]),
        ("push", "expo", {"expo": {"tokens": ["ExponentPushToken[x]"]}}, ["ExponentPushToken[x]"]),
        ("push", "web-push", {"web_push": SUBSCRIPTION}, [SUBSCRIPTION]),
        ("push", "outbox", {"apn": {"token": "a"}}, ["a"]),
        ("inbox", "outbox", {"user_id": "ann"}, ["ann"]),
        ("direct_message", "slack", {"slack": {"channel": "C1", "user_id": "U1"}}, [{"channel": "C1"}]),
        ("direct_message", "slack", {"slack": {"user_id": "U1", "email": "a@b.c"}}, [{"user_id": "U1"}]),
        (
            "direct_message",
            "slack",
            {"slack": {"access_token": "xoxb-1", "email": "a@b.c"}},
            [{"access_token": "xoxb-1", "email": "a@b.c"}],
        ),
        (
            "direct_message",
            "slack",
            {"slackToken": "xoxb-1", "slackChannel": "C9"},
            [{"access_token": "xoxb-1", "channel": "C9"}],
        ),
        (
            "direct_message",
            "slack",
            {"slack": {"ok": True, "access_token": "x", "incoming_webhook": {"url": "https://hooks.slack.com/1"}}},
            [{"url": "https://hooks.slack.com/1"}],
        ),
        (
            "direct_message",
            "msteams",
            {"ms_teams": {"webhook_url": "https://x.example/h"}},
            [{"url": "https://x.example/h"}],
        ),
        (
            "direct_message",
            "msteams",
            {"ms_teams": {"conversation_id": "19:a", "tenant_id": "t", "service_url": "https://smba.example"}},
            [{"conversation_id": "19:a", "service_url": "https://smba.example", "tenant_id": "t"}],
        ),
        (
            "direct_message",
            "msteams",
            {"ms_teams": {"email": "ann@example.com", "tenant_id": "t"}},
            [{"email": "ann@example.com", "tenant_id": "t"}],
        ),
        (
            "direct_message",
            "msteams",
            {"ms_teams": {"team_id": "g", "channel_name": "Orders", "tenant_id": "t"}},
            [{"channel_name": "Orders", "team_id": "g", "tenant_id": "t"}],
        ),
        ("direct_message", "discord", {"discord": {"user_id": "7"}}, [{"user_id": "7"}]),
        ("direct_message", "telegram", {"telegram": {"chat_id": 123}}, ["123"]),
        ("direct_message", "whatsapp", {"phone_number": "+4915112345678"}, ["+4915112345678"]),
        ("webhook", "webhook", {}, [STATIC]),
        ("webhook", "webhook", {"webhook": {"url": "https://a.example"}}, [{"url": "https://a.example"}]),
        ("direct_message", "apprise", {}, [STATIC]),
    ],
)
def test_addresses(channel, provider, profile, addresses):
    """Each provider reads the profile's key that Courier names for it, each address once."""
    found, why = addresses_on(channel, provider, profile)
    assert [json.loads(one) if one.startswith("{") else one for one in found] == addresses
    assert not why


@pytest.mark.parametrize(
    ("channel", "provider", "profile", "why"),
    [
        ("sms", "twilio", {}, "phone_number is missing"),
        ("sms", "twilio", {"phone_number": "0151 12345678"}, "with its country"),
        ("sms", "twilio", {"phone_number": "+" + "4" * 1000}, "with its country"),
        ("push", "apn", {"apn": "bare"}, "apn.token is missing"),
        ("push", "firebase-fcm", {"firebaseToken": {"a": 1}}, "firebaseToken is missing"),
        ("push", "web-push", {"web_push": {"endpoint": "https://x"}}, "web_push.endpoint and its keys"),
        ("push", "outbox", {}, "firebaseToken is missing and profile.apn"),
        ("inbox", "outbox", {}, "no user_id"),
        ("direct_message", "slack", {"slack": "C1"}, "names no channel"),
        ("direct_message", "msteams", {"ms_teams": {"channel_name": "Orders"}}, "nor team_id and channel_name"),
        ("direct_message", "discord", {}, "names no channel_id"),
        ("webhook", "outbox", {}, "webhook.url is missing"),
        ("webhook", "webhook", {"webhook": {"method": "PUT"}}, "webhook.url is missing"),
    ],
)
def test_what_is_missing(channel, provider, profile, why):
    """Where nobody can be reached the reason names the key, and never what stands there."""
    found, said = addresses_on(channel, provider, profile)
    assert found == ()
    assert why in said
    assert "4444" not in said
    assert "0151" not in said


def test_devices_are_bounded():
    """A hundred devices are the most that one user has."""
    found, _ = addresses_on("push", "firebase-fcm", {"firebaseToken": [f"t{number}" for number in range(1000)]})
    assert len(found) == 100


def test_what_is_shown_of_an_address():
    """Logs and the outbox show where an address leads, and none of the tokens that open it."""
    (address,), _ = addresses_on("direct_message", "slack", {"slack": {"access_token": "xoxb-1", "channel": "C1"}})
    assert shown(address) == "C1"
    assert shown("ann@example.com") == "ann@example.com"
    assert not shown(STATIC)
    (subscription,), _ = addresses_on("push", "web-push", {"web_push": SUBSCRIPTION})
    assert not shown(subscription)
