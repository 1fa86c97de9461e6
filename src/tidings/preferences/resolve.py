"""What holds for a user and a topic, of all that was said about it (courier-semantics.md §5.2)."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from tidings.preferences.inherited import Inherited
from tidings.preferences.topic import Preference, Topic
from tidings.preferences.wishes import Choice, Snooze, Wish


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What holds, and who said so."""

    status: Choice
    source: str
    """`default`, `list`, `user`, `tenant` or `request`: whose word it is."""
    channels: frozenset[str] | None = None
    """The only channels wanted; None for any."""
    snoozed: bool = False
    """True while a pause that was asked for lasts."""


def resolve(
    topic: Topic | None,
    *,
    inherited: Inherited | None = None,
    stored: Sequence[Preference] = (),
    listed: Wish | None = None,
    asked: Wish | None = None,
    now: int,
) -> Standing:
    """Let each layer override the one before: default, tenant's default, list, user, user in the tenant, request.

    `REQUIRED` as the default, the tenant's if it has one, holds whatever else was said; a choice of channels still
    narrows it. A topic that nobody made is wanted until somebody says otherwise.
    """
    default: Choice = topic.default_status if topic else "OPTED_IN"
    standing = Standing(status=default, source="default")
    if inherited is not None:
        default = inherited.status
        standing = Standing(status=default, source="default", channels=inherited.channels)
    if listed is not None:
        standing = _wished(standing, listed, "list", now)
    for preference in sorted(stored, key=lambda each: bool(each.tenant_id)):
        source = "tenant" if preference.tenant_id else "user"
        channels = None if preference.channels is None else frozenset(preference.channels)
        standing = Standing(status=preference.status, source=source, channels=channels)
    if asked is not None:
        standing = _wished(standing, asked, "request", now)
    if default == "REQUIRED":
        return Standing(status="REQUIRED", source="default", channels=standing.channels)
    return standing


def _wished(before: Standing, wish: Wish, source: str, now: int) -> Standing:
    """Lay a wish over what held; one that names no channels leaves the choice of channels as it was."""
    channels = before.channels
    if wish.channel_preferences:
        channels = frozenset(choice.channel for choice in wish.channel_preferences)
    status: Choice = "OPTED_IN" if wish.status == "REQUIRED" else wish.status
    return Standing(status=status, source=source, channels=channels, snoozed=_snoozed(wish.rules or (), now))


def _snoozed(rules: Sequence[Snooze], now: int) -> bool:
    for rule in rules:
        start, until = (_moment(rule.start) if rule.start else 0), _moment(rule.until)
        if start is not None and until is not None and start <= now < until:
            return True
    return False


def _moment(text: str) -> int | None:
    """Read ISO-8601, UTC when it names no zone; None for what is no time."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
