"""A regulation, as outside destinations are told of it: a call for each user, in the queue that each of them has."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec

from tidings.clock import iso
from tidings.destinations import BUILT_IN, Destination
from tidings.effects import Deferred, Failure, Forgotten
from tidings.forwarding.normalise import VERSION
from tidings.forwarding.outlet import Outlet, outlet_of
from tidings.regulations import Regulation, Told

DELETE = "delete"
"""The type of such a call, as Segment's partners get it. No source can send one."""


def erasures_of(
    regulation: Regulation, destinations: Iterable[Destination], *, now: int, due_at: int
) -> tuple[dict[str, Told], list[Deferred]]:
    """Lay out what each outside destination is told, and say on the receipt which are not, and why."""
    told: dict[str, Told] = {}
    queued: list[Deferred] = []
    for destination in destinations:
        if destination.id == BUILT_IN:
            continue
        outlet = outlet_of(destination)
        why_not = _why_not(outlet, _call(regulation, regulation.user_ids[0], 0, now))
        if why_not:
            told[destination.id] = Told(name=destination.name, why_not=why_not, updated=now)
            continue
        told[destination.id] = Told(name=destination.name, users=len(regulation.user_ids), updated=now)
        queued += [_deferred(regulation, destination, user, now, due_at) for user in regulation.user_ids]
    return told, queued


def forgotten_of(
    due: Iterable[Deferred], done: Collection[int], failures: Sequence[Failure], *, at: int
) -> list[Forgotten]:
    """Read off, of calls that were tried, which users a destination has taken, and which it never will."""
    calls = [(call, msgspec.json.decode(call.body)) for call in due if call.name == DELETE and call.position in done]
    if not calls:
        return []
    errors = {failure.position: f"{failure.reason} {failure.detail}".strip() for failure in failures}
    return [
        Forgotten(
            environment_id=call.environment_id,
            destination_id=call.destination_id,
            regulation_id=said["regulationId"],
            user_id=said["userId"],
            at=at,
            error=errors.get(call.position, ""),
        )
        for call, said in calls
        if is_erasure(said)
    ]


def is_erasure(call: dict[str, Any]) -> bool:
    """Tell such a call from all others: a track may be called `delete` too."""
    return call.get("type") == DELETE and "regulationId" in call


def _why_not(outlet: Outlet, call: dict[str, Any]) -> str:
    if outlet.fault:
        return f"its settings cannot be read: {outlet.fault}"
    if outlet.kind.erasure(call, outlet.settings) is None:
        return outlet.kind.no_erasure
    return "" if outlet.destination.enabled else "it is switched off"


def _call(regulation: Regulation, user_id: str, position: int, now: int) -> dict[str, Any]:
    return {
        "type": DELETE,
        "messageId": f"{regulation.id}:{position}",
        "userId": user_id,
        "timestamp": iso(now),
        "channel": "server",
        "context": None,
        "integrations": None,
        "regulationId": regulation.id,
        "regulationType": regulation.type,
        "version": VERSION,
    }


def _deferred(regulation: Regulation, destination: Destination, user_id: str, now: int, due_at: int) -> Deferred:
    digest = hashlib.blake2b(f"{regulation.id}\0{user_id}".encode(), digest_size=8).digest()
    position = int.from_bytes(digest) >> 1
    return Deferred(
        environment_id=regulation.environment_id,
        destination_id=destination.id,
        position=position,
        due_at=due_at,
        user_key=f"{DELETE}:{user_id}",  # not the user's own key: what is the user's is deleted, and this must not be
        name=DELETE,
        received_at=now,
        first_at=now,
        tries=0,
        error="",
        body=msgspec.json.encode(_call(regulation, user_id, position, now)),
    )
