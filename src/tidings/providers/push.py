"""What providers of push notifications share."""

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

import msgspec

from tidings.channels import Dispatch, PushContent
from tidings.errors import InvalidInput

Json = dict[str, Any]

PAYLOAD_BYTES_MAX = 4096
"""What APNs, FCM and Expo take; browsers take less (`web_push.PLAIN_BYTES_MAX`)."""
_CUT = "…"


def notification_of(dispatch: Dispatch) -> PushContent:
    """Take the push notification of a dispatch. Raises `InvalidInput` when it is none."""
    if not isinstance(dispatch.content, PushContent):
        raise InvalidInput("the content is no push notification")
    return dispatch.content


def fitted(push: PushContent, lay_out: Callable[[PushContent], Json], longest: int) -> Json:
    """Lay a notification out within the bytes that its platform takes, as JSON: what is too much of the body is cut.

    A title and data that are too large by themselves stay: the platform says so, and nobody else knows what to drop.
    """
    laid = lay_out(push)
    over = len(msgspec.json.encode(laid)) - longest
    if over <= 0:
        return laid
    room = _size(push.body) - over - len(_CUT.encode())
    kept = bisect_right(range(len(push.body)), room, key=lambda count: _size(push.body[:count])) - 1
    if kept <= 0:
        return laid
    return lay_out(msgspec.structs.replace(push, body=push.body[:kept].rstrip() + _CUT))


def _size(text: str) -> int:
    return len(msgspec.json.encode(text))


def as_texts(data: dict[str, Any]) -> dict[str, str]:
    """Write an app's data as texts, which is all that some platforms carry: what is none becomes JSON."""
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode() for name, value in data.items()
    }
