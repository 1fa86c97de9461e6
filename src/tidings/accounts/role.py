"""What each role may do: one table. The names are Courier's own (courier-semantics.md §28).

An area is a tag of the API's description, so whatever the API does lies in one.
"""

from collections.abc import Set as AbstractSet
from enum import StrEnum

import msgspec

Area = str
"""Such as `Notifications`: the first tag of a request's operation, unless that names another."""

AREAS: frozenset[Area] = frozenset(
    (
        *("Notifications", "Brands", "Translations", "Assets", "Events"),
        *("Profiles", "Lists", "Audiences", "Tenants", "Privacy"),
        *("Messages", "Inbound events", "Outbox"),
        *("Providers", "Routing", "Sources", "Destinations", "Preferences", "Digests", "Debug"),
        *("Send", "Bulk", "Ledger", "Insights"),
        *("API keys", "Environments", "Team", "Audit"),
    )
)
"""All there are. What is in none is an administrator's alone."""

WORKSPACE = frozenset({"Environments", "Team"})
"""What belongs to no environment: no API key changes it, since a key opens one environment."""


class Role(StrEnum):
    """What an account is there for, in Courier's words."""

    ADMIN = "admin"
    MANAGER = "manager"
    DEVELOPER = "developer"
    DESIGNER = "designer"
    SUPPORT_SPECIALIST = "support_specialist"
    ANALYST = "analyst"

    @property
    def words(self) -> str:
        """As people read it: `Support Specialist`."""
        return self.value.replace("_", " ").title()


class _Rights(msgspec.Struct, frozen=True):
    sees: AbstractSet[Area]
    changes: AbstractSet[Area]
    """In every environment."""
    tries: AbstractSet[Area] = frozenset()
    """Changes too, where messages are simulated: in `test`."""


_SETTINGS = WORKSPACE | {"API keys", "Audit"}
_LOGS = frozenset({"Messages", "Inbound events", "Outbox"})
_USERS = frozenset({"Profiles", "Privacy"})
_DESIGN = frozenset({"Notifications", "Brands", "Translations", "Assets", "Events"})

_TABLE = {
    Role.ADMIN: _Rights(AREAS, AREAS),
    Role.MANAGER: _Rights(AREAS, AREAS - _SETTINGS),
    Role.DEVELOPER: _Rights(AREAS - {"Audit"}, frozenset(), AREAS - WORKSPACE - {"Audit"}),
    Role.DESIGNER: _Rights((AREAS - _SETTINGS) | {"Environments"}, _DESIGN | {"Send"}),
    Role.SUPPORT_SPECIALIST: _Rights(
        (AREAS - _SETTINGS) | {"Environments"}, frozenset({"Profiles", "Lists", "Messages"})
    ),
    Role.ANALYST: _Rights((AREAS - _SETTINGS - _LOGS - _USERS) | {"Environments"}, frozenset()),
}


def may(role: Role, area: Area, *, changing: bool, live: bool) -> bool:
    """Tell whether a role may see, or change, what is in an area of an environment.

    `live` is an environment whose messages are delivered.
    """
    rights = _TABLE[role]
    if role is Role.ADMIN:
        return True
    if not changing:
        return area in rights.sees
    return area in rights.changes or (not live and area in rights.tries)


def who_may(area: Area, *, changing: bool, live: bool) -> list[Role]:
    """List the roles that may, the most powerful first."""
    return [role for role in Role if may(role, area, changing=changing, live=live)]
