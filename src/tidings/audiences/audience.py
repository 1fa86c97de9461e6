"""An audience, its members, and what a request changes of it."""

from typing import Any, Literal

import msgspec

from tidings.audiences.filter import Filter, read_filter
from tidings.errors import InvalidInput

AUDIENCES_MAX = 200
"""In one environment: each profile that changes is held against all of them."""
_ID_BYTES_MAX = 256


class Audience(msgspec.Struct, frozen=True, kw_only=True):
    """Users whose profiles meet a filter. Times are milliseconds since 1970."""

    environment_id: int
    id: str
    name: str
    description: str = ""
    filter: Filter | None = None
    """A group; None until somebody says one, and then there are no members."""
    version: int = 1
    """Grows with every change."""
    created: int
    updated: int
    cursor: str | None = None
    """The user key up to which profiles were looked at; None when nobody has to look."""
    again_at: int | None = None
    """When profiles are looked at once more, for changes that were under way when the audience was made."""
    looked: int = 0
    """How many profiles were looked at since the filter changed."""

    @property
    def is_calculating(self) -> bool:
        """Tell whether its members are still being looked for."""
        return self.cursor is not None


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One user in one audience."""

    audience_id: str
    user_id: str
    version: int
    """The audience's, when this was last found so."""
    added_at: int
    reason: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a request says of an audience; None leaves what stands."""

    name: str | None = None
    description: str | None = None
    filter: Any = None
    operator: Literal["AND", "OR"] | None = None


def changed(before: Audience | None, change: Change, *, of: tuple[int, str], now: int) -> Audience:
    """Make the audience `of` (environment, id), or change it; a new filter begins to be looked for.

    Raises `InvalidInput` with the path of what is wrong.
    """
    stands = before or Audience(environment_id=of[0], id=of[1], name=of[1], version=0, created=now, updated=now)
    wanted = stands.filter
    if change.filter is not None:
        wanted = read_filter(change.filter, operator=change.operator)
    elif change.operator is not None:
        if wanted is None:
            raise InvalidInput("an operator joins the rules of a filter: give `filter`", path="operator")
        wanted = msgspec.structs.replace(wanted, operator=change.operator)
    looks = {} if wanted == stands.filter else {"cursor": "", "looked": 0}
    return msgspec.structs.replace(
        stands,
        name=stands.name if change.name is None else change.name,
        description=stands.description if change.description is None else change.description,
        filter=wanted,
        version=stands.version + 1,
        updated=now,
        **looks,
    )


def check_audience_id(audience_id: str, *, path: str) -> str:
    """Hold an audience's id to its limits. Raises `InvalidInput`."""
    if not audience_id or len(audience_id.encode()) > _ID_BYTES_MAX or "\x00" in audience_id:
        raise InvalidInput(f"an audience's id has 1 to {_ID_BYTES_MAX} bytes, and no NUL", path=path)
    return audience_id
