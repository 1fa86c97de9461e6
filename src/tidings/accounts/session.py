"""Studio's session: who is signed in, and until when."""

import msgspec

from tidings.accounts.account import Account
from tidings.accounts.role import Role

_DAY_MS = 24 * 3_600_000
SLIDING_MS = 7 * _DAY_MS
"""Who does not come for seven days signs in again."""
ABSOLUTE_MS = 30 * _DAY_MS
"""And so does everybody after thirty."""
_NOTED_MS = 3_600_000  # a session that is used is prolonged once an hour, not with every request


class StudioSession(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that is signed in. Times are milliseconds since 1970."""

    id: str
    """Names it in lists; it opens nothing."""
    workspace_id: int
    account: Account | None
    """None for whoever came by the one-time link of `tidings studio`, who has the server itself."""
    created: int
    seen: int
    """When it was last used, to the hour."""
    expires: int
    address: str = ""
    """From where it was opened, shortened."""
    agent: str = ""
    """The browser, as it names itself."""

    @property
    def role(self) -> Role:
        """What it may do."""
        return self.account.role if self.account else Role.ADMIN


def prolonged(*, created: int, seen: int, now: int) -> int | None:
    """Tell until when a session that is used now lasts; None when that was noted within the hour."""
    return None if now - seen < _NOTED_MS else min(now + SLIDING_MS, created + ABSOLUTE_MS)
