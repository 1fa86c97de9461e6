"""Is now the time: delay, expiry, and the hours in which an environment sends."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.clock import iso
from tidings.gates.verdict import Go, Hold, No, Verdict
from tidings.messages import Message, Reason, Status
from tidings.sending_rules import SendingRules
from tidings.timing import Delay, Expiry, OpeningHours, due_at, expires_at, zone_of_recipient

_DELAY_ORDINAL, _WINDOW_ORDINAL = 2, 3


def delayed(message: Message, stored: Mapping[str, Any], *, default_zone: str, now: int) -> Verdict:
    """Ask the message itself: is it too late, or too early."""
    expiry = message.options.get("expiry")
    if expiry is not None:
        until = expires_at(msgspec.convert(expiry, Expiry), enqueued=message.enqueued)
        if until is not None and now >= until:
            return _expired(until)
    if (wish := message.options.get("delay")) is None:
        return Go()
    delay = msgspec.convert(wish, Delay)
    zone = zone_of_recipient(delay.timezone, message.to, stored, default_zone)
    due = due_at(delay, enqueued=message.enqueued, now=now, zone=zone)
    if due is None:
        return No(Status.FILTERED, Reason.FILTERED, "the delay names hours that do not come within 90 days")
    if due <= now:
        return Go()
    fields = {"delay": wish, "timezone": str(zone)}
    return in_time(message, Hold(due, _DELAY_ORDINAL, f"the request asks to wait until {iso(due)}", fields))


def in_window(message: Message, stored: Mapping[str, Any], rules: SendingRules, *, now: int) -> Verdict:
    """Ask the environment's rules: may anything go to this recipient at this hour."""
    if rules.window is None:
        return Go()
    zone = zone_of_recipient(None, message.to, stored, rules.zone)
    opens = OpeningHours.parse(rules.window, path="window").next_open(now, zone)
    if opens is None:
        return No(Status.FILTERED, Reason.FILTERED, "the sending window does not open within 90 days")
    if opens <= now:
        return Go()
    why = f"outside of the hours in which messages go ({rules.window}, {zone}): it waits until {iso(opens)}"
    return in_time(message, Hold(opens, _WINDOW_ORDINAL, why, {"window": rules.window, "timezone": str(zone)}))


def in_time(message: Message, hold: Hold) -> Hold | No:
    """Say at once what would be too late when its time comes."""
    expiry = message.options.get("expiry")
    until = None if expiry is None else expires_at(msgspec.convert(expiry, Expiry), enqueued=message.enqueued)
    return hold if until is None or hold.until < until else _expired(until, f"; {hold.why}")


def _expired(until: int, more: str = "") -> No:
    return No(Status.FILTERED, Reason.FILTERED, f"it expired at {iso(until)}{more}", {"expired": until})
