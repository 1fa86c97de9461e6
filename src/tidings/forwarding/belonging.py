"""Who came into an audience, or left it, as Courier tells sources and webhooks (courier-segment.md §10)."""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from tidings.audiences import Changes, Member
from tidings.clock import iso
from tidings.destinations import OUTBOUND_WEBHOOK
from tidings.effects import Deferred
from tidings.forwarding.normalise import VERSION

Json = dict[str, Any]
_NAMES = {
    True: ("audiences:user:matched", "Audience User Matched"),
    False: ("audiences:user:unmatched", "Audience User Unmatched"),
}


def deferred_of_members(destination: tuple[int, str, str], changes: Changes, *, now: int) -> Iterator[Deferred]:
    """Lay out, for a destination (environment, id, kind), what it is told of each who came or left, due at once."""
    for matched, members in ((True, changes.matched), (False, changes.unmatched)):
        for member in members:
            yield _deferred(destination, member, matched=matched, now=now)


def _deferred(destination: tuple[int, str, str], member: Member, *, matched: bool, now: int) -> Deferred:
    environment_id, destination_id, kind = destination
    webhook_name, source_name = _NAMES[matched]
    event, place = _identity(environment_id, member, matched=matched, now=now)
    is_webhook = kind == OUTBOUND_WEBHOOK
    call = _event(webhook_name, event, member) if is_webhook else _call(source_name, event, member, now=now)
    return Deferred(
        environment_id=environment_id,
        destination_id=destination_id,
        position=place,
        due_at=now,
        user_key="u:" + member.user_id,
        name=webhook_name if is_webhook else source_name,
        received_at=now,
        first_at=now,
        tries=0,
        error="",
        body=msgspec.json.encode(call),
    )


def _event(name: str, event_id: str, member: Member) -> Json:
    return {"type": name, "messageId": event_id, "data": _data(member)}


def _call(name: str, event_id: str, member: Member, *, now: int) -> Json:
    """Write the call. It has no chain against circles: a profile caused it, and a track changes no profile."""
    return {
        "type": "track",
        "messageId": event_id,
        "event": name,
        "timestamp": iso(now),
        "userId": member.user_id,
        "properties": _data(member),
        "context": {"integration": {"name": "courier"}, "library": {"name": "tidings"}},
        "version": VERSION,
    }


def _data(member: Member) -> Json:
    return {
        "audience_id": member.audience_id,
        "audience_version": member.version,
        "reason": member.reason,
        "user_id": member.user_id,
    }


def _identity(environment_id: int, member: Member, *, matched: bool, now: int) -> tuple[str, int]:
    """Name the change, and number it among what waits: always the same, and like no other's."""
    said = (str(environment_id), member.audience_id, member.user_id, str(member.version), str(matched), str(now))
    digest = hashlib.blake2b("\0".join(said).encode(), digest_size=16)
    return f"audience:{digest.hexdigest()}", int.from_bytes(digest.digest()[:8]) >> 1
