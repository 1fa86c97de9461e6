"""A request to many, on its way to becoming messages."""

import zlib

import msgspec

LANES = 16
"""Requests to lists of one environment wait in so many lines: few enough to look at each of them whenever some messages
are taken. Which one it is derives from the request: two long lists meet in one now and then, and then take turns."""


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """How far an expansion has come."""

    target: int = 0
    """The target at work: its place in `to`."""
    list_id: str = ""
    """Of a pattern: the list at work."""
    after: str = ""
    """Of a list: the last user who was reached, in the order of ids."""


class Expansion(msgspec.Struct, frozen=True, kw_only=True):
    """A request to many. Its body is kept once, and the messages it becomes share it."""

    environment_id: int
    id: str
    """The request id that was answered."""
    received_at: int
    priority: int = 0
    """0 is sent before 1: a few named recipients do not wait behind a list."""
    body: bytes
    """`message` of the request, as JSON."""
    cursor: Cursor = Cursor()
    made: int = 0
    """How many messages it has become so far."""
    finished: int | None = None
    canceled: bool = False
    lane: str = ""
    """What its messages wait with; empty: with those that were sent to one user."""


def list_lane(request_id: str) -> str:
    """Name the lane of a request to lists: one hexadecimal digit."""
    return f"{zlib.crc32(request_id.encode()) % LANES:x}"
