"""What providers of push notifications share."""

from typing import Any

import msgspec

from tidings.channels import Dispatch, PushContent
from tidings.errors import InvalidInput

PAYLOAD_BYTES_MAX = 4096
"""What every platform takes."""


def notification_of(dispatch: Dispatch) -> PushContent:
    """Take the push notification of a dispatch. Raises `InvalidInput` when it is none."""
    if not isinstance(dispatch.content, PushContent):
        raise InvalidInput("the content is no push notification")
    return dispatch.content


def as_texts(data: dict[str, Any]) -> dict[str, str]:
    """Write an app's data as texts, which is all that some platforms carry: what is none becomes JSON."""
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode() for name, value in data.items()
    }
