"""Does the recipient want it, and by which channels."""

from collections.abc import Sequence

from tidings.gates.verdict import Closed, Go, No
from tidings.messages import Reason, Status
from tidings.preferences import Standing
from tidings.suppressions import Suppression

_REASONS = {
    "bounce": (Reason.BOUNCED, "what was sent to it came back"),
    "complaint": (Reason.UNSUBSCRIBED, "its owner complained of mail"),
    "unsubscribe": (Reason.UNSUBSCRIBED, "its owner unsubscribed"),
    "privacy": (Reason.FILTERED, "its owner asked not to be known"),
    "manual": (Reason.UNSUBSCRIBED, "it was put on the list by hand"),
}


def wanted(topic_id: str | None, standing: Standing | None, suppressions: Sequence[Suppression]) -> Go | No:
    """Ask the suppression list, then the preferences.

    A required topic is sent whatever the user chose or unsubscribed from; it is not sent to an address that bounces,
    whose owner complained, or that somebody closed by hand: no choice of topics speaks of those.
    """
    is_required = standing is not None and standing.status == "REQUIRED"
    held = [each for each in suppressions if not (is_required and each.kind == "unsubscribe")]
    closed: dict[str, Closed] = {}
    for each in held:
        reason, why = _REASONS[each.kind]
        if each.channel is None:
            fields = {"suppression": each.kind}
            return No(Status.FILTERED, reason, f"the user is on the suppression list: {_owner(why)}", fields)
        told = f"the {each.channel} address is on the suppression list: {why}"
        closed[each.channel] = Closed(reason, told, each.address)
    refused = _refused(topic_id, standing) if standing is not None and not is_required else None
    return refused or Go(only=standing.channels if standing else None, closed=closed)


def _refused(topic_id: str | None, standing: Standing) -> No | None:
    fields = {"topic_id": topic_id, "source": standing.source, "preference": standing.status}
    if standing.status == "OPTED_OUT":
        if standing.source == "default":
            why = f"topic {topic_id} is off until the user asks for it"
            return No(Status.FILTERED, Reason.OPT_IN_REQUIRED, why, fields)
        why = f"Notification opted out by user: topic {topic_id}, said by the {standing.source}"
        return No(Status.FILTERED, Reason.UNSUBSCRIBED, why, fields)
    if standing.snoozed:
        why = f"the user has paused topic {topic_id}, said by the {standing.source}"
        return No(Status.FILTERED, Reason.UNSUBSCRIBED, why, fields)
    return None


def _owner(why: str) -> str:
    return why.replace("its owner", "the user").replace("sent to it came", "sent to them came")
