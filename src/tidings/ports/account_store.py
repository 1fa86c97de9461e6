"""Accounts: who may sign in to Studio, and with what."""

from collections.abc import Sequence
from typing import Protocol

from tidings.accounts import Account, AccountChange, Credentials


class AccountStore(Protocol):
    """Accounts of a workspace's team. An email address is one account's, in whatever workspace.

    Passwords are kept as the hashes they are handed in as, second factors sealed, recovery codes and links as hashes.
    """

    async def add(self, account: Account, *, password_hash: str | None = None) -> Account:
        """Make one. Raises `Conflict` when the address is taken, `TooLarge` past 1 000 accounts of a workspace."""
        ...

    async def all(self, workspace_id: int) -> list[Account]:
        """List a workspace's accounts, oldest first."""
        ...

    async def get(self, workspace_id: int, account_id: str) -> Account:
        """Read one. Raises `NotFound`."""
        ...

    async def find(self, email: str) -> tuple[Account, str | None] | None:
        """Find who signs in with this address, and the password's hash."""
        ...

    async def identified(self, issuer: str, subject: str) -> Account | None:
        """Find whose account an identity is bound to."""
        ...

    async def bind(self, account_id: str, issuer: str, subject: str) -> bool:
        """Bind an account to an identity, which ends its links; false when it has another one of the same issuer.

        One of an older issuer gives way. Raises `NotFound`, `Conflict` when the identity is another account's.
        """
        ...

    async def unbind(self, workspace_id: int, account_id: str) -> None:
        """Forget an account's identity, and end its sessions; the next with its address is bound anew.

        Raises `NotFound`.
        """
        ...

    async def credentials(self, account_id: str) -> Credentials:
        """Read what an account proves itself with. Raises `NotFound`."""
        ...

    async def change(self, workspace_id: int, account_id: str, change: AccountChange, *, now: int) -> Account:
        """Change one, and give it as it then stands. Disabling ends its sessions and links. Raises `NotFound`."""
        ...

    async def remove(self, workspace_id: int, account_id: str) -> None:
        """Delete one, with all that belongs to it. Raises `NotFound`."""
        ...

    async def set_password(self, account_id: str, password_hash: str, *, keeping: str | None = None) -> None:
        """Change a password. All its sessions but `keeping` (an id), and its links, end. Raises `NotFound`."""
        ...

    async def renew_hash(self, account_id: str, password_hash: str, *, instead_of: str) -> None:
        """Keep the same password's hash with newer parameters, unless the password was changed meanwhile."""
        ...

    async def set_second_factor(self, account_id: str, secret: str | None, recovery: Sequence[bytes] = ()) -> None:
        """Switch the second factor on with a secret and hashes of recovery codes, or off. Raises `NotFound`."""
        ...

    async def use_step(self, account_id: str, step: int) -> bool:
        """Use up a code of the authenticator app; true for a step later than any before, the first time only."""
        ...

    async def use_recovery_code(self, account_id: str, code_hash: bytes) -> bool:
        """Use up a recovery code; true the first time only."""
        ...

    async def recovery_codes(self, account_id: str) -> int:
        """Count the recovery codes that are left."""
        ...

    async def link(self, account_id: str, token: str, *, expires_at: int) -> None:
        """Remember a token that lets its bearer set this account's password, once; an older one ends with it."""
        ...

    async def linked(self, token: str, *, now: int) -> Account | None:
        """Tell whose password a token sets; None when it is used up, expired, or its account disabled."""
        ...

    async def accept(self, token: str, password_hash: str, *, name: str, now: int) -> Account | None:
        """Use a token up and set the password, which ends all sessions; None as `linked`.

        An empty name leaves the name as it is.
        """
        ...

    async def signed_in(self, account_id: str, *, now: int) -> None:
        """Note that it signed in."""
        ...
