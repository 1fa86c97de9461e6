"""What a run left behind, in words that no storage knows: what the laws are held against."""

from typing import Any, NamedTuple

import msgspec

from tidings.ledger import Account
from tidings.messages import Status

Key = tuple[int, str]
"""An environment, and the id of a message or the key of a user."""


class Logged(NamedTuple):
    """A call in the log."""

    environment_id: int
    call_id: str
    status: str


class Ended(NamedTuple):
    """A message."""

    environment_id: int
    id: str
    status: Status
    outcome_unknown: bool


class Line(NamedTuple):
    """A line of a message's history."""

    type: str
    fields: dict[str, Any]


class Tried(NamedTuple):
    """An attempt, and whether its outcome is on record."""

    number: int
    is_closed: bool


class Remains(msgspec.Struct, frozen=True):
    """All that storage has when everything is at rest."""

    calls: list[Logged]
    messages: list[Ended]
    histories: dict[Key, list[Line]]
    attempts: dict[Key, list[Tried]]
    profiles: dict[Key, dict[str, Any]]
    accounts: list[Account]
