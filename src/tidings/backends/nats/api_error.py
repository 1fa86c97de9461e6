"""What JetStream answers when it does not do what was asked."""

from typing import Any

import msgspec
from nats.aio.msg import Msg

NO_RESPONDERS = 503
"""Not an answer of JetStream but of the server: nobody there serves the subject, or no leader is known."""

NOT_FOUND = frozenset({10037, 10059})
"""No such message, no such stream."""
NO_JETSTREAM = frozenset({10039, 10076})
"""JetStream is off, on the server or for our account."""
NOT_CLUSTERED = 10074
"""Several copies were asked for, of a server that stands alone."""
NO_PEERS = 10005
"""Too few servers for so many copies, or too little room on them."""
NAME_TAKEN = 10058
DUPLICATE_IN_BATCH = 10201
FULL = frozenset({10047, 10077})
"""The servers' storage is used up; or the stream holds as much as it may."""
PASSING = frozenset({10008, 10009, 10158, 10176, 10210, 10211})
"""Worth another try at once: an election, or a batch that lost its place; nothing was kept."""


class ApiError(msgspec.Struct, frozen=True, kw_only=True):
    """JetStream's own words."""

    code: int = 0
    err_code: int = 0
    description: str = ""


class _Answer(msgspec.Struct):
    error: ApiError | None = None


_decode = msgspec.json.Decoder(_Answer).decode


def error_of(message: Msg) -> ApiError | None:
    """Read what was wrong; None when nothing was."""
    if (message.headers or {}).get("Status") == str(NO_RESPONDERS):
        return ApiError(code=NO_RESPONDERS, err_code=NO_RESPONDERS, description="nobody answers for the stream")
    try:
        return _decode(message.data).error
    except msgspec.DecodeError:
        return ApiError(description="an answer that cannot be read")


def body_of(message: Msg) -> Any:
    """Read an answer that is no error."""
    return msgspec.json.decode(message.data)
