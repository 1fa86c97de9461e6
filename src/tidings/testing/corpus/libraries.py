"""How each library dresses a call: ids, times and context as they come over the wire (segment.md §2)."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any, Final
from uuid import UUID

Call = dict[str, Any]
Dress = Callable[[Call, Random, int], Call]

_AGENTS = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
)
_ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo")
_LOCALES = ("de-DE", "en-US", "ja-JP")


def uuid(random: Random) -> str:
    """Draw a UUID of version 4."""
    return str(UUID(int=random.getrandbits(128), version=4))


def iso(at_ms: int) -> str:
    """Write a time as JavaScript does."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at_ms % 1000:03d}Z"


def _python(call: Call, random: Random, at_ms: int) -> Call:
    context = {**call.pop("context", {}), "library": {"name": "analytics-python", "version": "2.4.0"}}
    stamp = {"timestamp": iso(at_ms).replace("Z", "+00:00"), "messageId": uuid(random), "integrations": {}}
    return {"anonymousId": None, "userId": None, **call, **stamp, "context": context}


def _node(call: Call, random: Random, at_ms: int) -> Call:
    context = {**call.pop("context", {}), "library": {"name": "@segment/analytics-node", "version": "3.1.0"}}
    stamp = {"timestamp": iso(at_ms), "messageId": f"node-next-{at_ms}-{uuid(random)}"}
    return {**call, **stamp, "context": context, "_metadata": {"nodeVersion": "24.1.0", "jsRuntime": "node"}}


def _browser(call: Call, random: Random, at_ms: int) -> Call:
    page = {
        "path": "/p/1",
        "referrer": "",
        "search": "?a=1",
        "title": "Shop",
        "url": "https://shop.example.com/p/1?a=1",
    }
    context = {
        **call.pop("context", {}),
        "library": {"name": "analytics.js", "version": "npm:next-1.84.3"},
        "page": page,
        "userAgent": random.choice(_AGENTS),
        "locale": random.choice(_LOCALES),
        "timezone": random.choice(_ZONES),
        "campaign": {"name": "spring", "source": "newsletter"},
    }
    stamp = {"timestamp": iso(at_ms), "messageId": f"ajs-next-{at_ms}-{uuid(random)}", "integrations": {}}
    return {"anonymousId": uuid(random), **call, **stamp, "context": context, "_metadata": {"bundled": ["Segment.io"]}}


def _phone(call: Call, random: Random, at_ms: int) -> Call:
    kind = random.choice(("ios", "android"))
    context = {
        **call.pop("context", {}),
        "app": {"name": "Shop", "version": "5.2.0", "build": "520", "namespace": "com.example.shop"},
        "device": {"id": uuid(random), "manufacturer": "Apple", "model": "iPhone18,1", "type": kind, "name": "iPhone"},
        "library": {"name": "analytics-swift" if kind == "ios" else "analytics-kotlin", "version": "1.9.1"},
        "network": {"cellular": True, "wifi": False, "carrier": "T-Mobile"},
        "os": {"name": "iOS", "version": "19.0"},
        "screen": {"width": 390, "height": 844, "density": 3},
        "locale": random.choice(_LOCALES),
        "timezone": random.choice(_ZONES),
    }
    stamp = {"timestamp": iso(at_ms), "messageId": uuid(random).upper(), "integrations": {}}
    return {"anonymousId": uuid(random).upper(), **call, **stamp, "context": context}


LIBRARIES: Final[dict[str, Dress]] = {"python": _python, "node": _node, "browser": _browser, "phone": _phone}
