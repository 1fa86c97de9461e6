"""Does it go at once, or into a digest."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tidings.clock import iso
from tidings.effects import Gathered
from tidings.event_maps import SEGMENT_TRACK_PREFIX
from tidings.gates.verdict import Go, No
from tidings.messages import Message, Status, tenant_of
from tidings.preferences import DIGEST, Digest, Preference, Schedule, Topic, digest_message_id
from tidings.timing import zone_of_recipient

_BEGUN = frozenset({Status.ROUTED})


def gathered(
    message: Message,
    template_id: str | None,
    topic: Topic | None,
    profile: Mapping[str, Any],
    *,
    stored: Sequence[Preference],
    default_zone: str,
    now: int,
) -> Go | No:
    """Ask the topic, and which schedule the user chose: in the tenant's name, else anywhere.

    Only what has a user is gathered, and never what is being tried, nor a digest itself.
    """
    digest = topic.digest if topic is not None else None
    if topic is None or digest is None or not message.user_key or message.status in _BEGUN:
        return Go()
    named = (tenant_of(message), "") if tenant_of(message) else ("",)
    mine = {each.tenant_id: each.digest_schedule_id for each in stored if each.topic_id == topic.id}
    schedule = digest.schedule_for(next((mine[name] for name in named if mine.get(name)), None))
    is_digest = template_id == digest.template_id or DIGEST in message.options
    if schedule is None or schedule.frequency == "instant" or is_digest:
        return Go()
    zone = digest.zone_of(schedule) or zone_of_recipient(None, message.to, profile, default_zone)
    due_at = schedule.next_after(now, zone)
    why = f"it goes into a digest of topic {topic.id}, at {iso(due_at)}"
    fields = {"topic_id": topic.id, "schedule_id": schedule.id, "until": due_at}
    into = _gathered(message, template_id, topic, digest, schedule, due_at=due_at, now=now)
    return No(Status.DIGESTED, None, why, fields, into)


def _gathered(
    message: Message,
    template_id: str | None,
    topic: Topic,
    digest: Digest,
    schedule: Schedule,
    *,
    due_at: int,
    now: int,
) -> Gathered:
    tenant_id = tenant_of(message)
    metadata = message.options.get("metadata")
    label = metadata.get("event") if isinstance(metadata, Mapping) else None
    names = [label, message.event, message.event.removeprefix(SEGMENT_TRACK_PREFIX), template_id]
    return Gathered(
        message_id=message.id,
        into=_into(message, topic, digest, schedule, due_at=due_at, now=now),
        due_at=due_at,
        topic_id=topic.id,
        tenant_id=tenant_id,
        schedule_id=schedule.id,
        category=digest.category_of([name for name in names if isinstance(name, str)]),
        at=message.enqueued,
        data=message.data,
    )


def _into(message: Message, topic: Topic, digest: Digest, schedule: Schedule, *, due_at: int, now: int) -> Message:
    """Make the digest's message."""
    tenant_id = tenant_of(message)
    message_id = digest_message_id(
        message.environment_id, message.user_key, topic.id, tenant_id, schedule.id, due_at=due_at
    )
    options: dict[str, Any] = {
        "preferences": {"subscription_topic_id": topic.id},
        DIGEST: {"categories": msgspec.to_builtins(digest.categories)},
    }
    if tenant_id:
        options["context"] = {"tenant_id": tenant_id}
    return Message(
        environment_id=message.environment_id,
        id=message_id,
        user_key=message.user_key,
        recipient=message.recipient,
        enqueued=now,
        event=digest.template_id,
        template_id=digest.template_id,
        request_id=message_id,
        to={key: value for key, value in message.to.items() if key not in {"list_id", "context", "preferences"}},
        data={},
        options=options,
        chain=message.chain,
        updated=now,
    )
