"""Accounts' identities at a provider of them, over SQL."""

from sqlalchemy import delete, null, or_, select, update
from sqlalchemy.exc import IntegrityError

from tidings.backends.sql.database import Database
from tidings.backends.sql.tables_accounts import account_links, accounts, studio_sessions
from tidings.errors import Conflict, NotFound


class Identities:
    """Whose word an account signs in by, in the state database."""

    _database: Database

    async def bind(self, account_id: str, issuer: str, subject: str) -> bool:
        """Bind an account to an identity; false when it has another one of the same issuer.

        Raises `NotFound`, `Conflict` when the identity is another account's.
        """
        free = or_(accounts.c.subject == null(), accounts.c.issuer != issuer, accounts.c.subject == subject)
        bound = update(accounts).where(accounts.c.id == account_id, free).values(issuer=issuer, subject=subject)
        async with self._database.write() as connection:
            try:
                done = (await connection.execute(bound)).rowcount
            except IntegrityError:
                raise Conflict("this identity is another account's") from None
            if done:
                await connection.execute(delete(account_links).where(account_links.c.account_id == account_id))
            elif await connection.scalar(select(accounts.c.id).where(accounts.c.id == account_id)) is None:
                raise NotFound(f"there is no account {account_id[:80]!r}")
            return done > 0

    async def unbind(self, workspace_id: int, account_id: str) -> None:
        """Forget an account's identity, and end its sessions. Raises `NotFound`."""
        one = (accounts.c.workspace_id == workspace_id, accounts.c.id == account_id)
        async with self._database.write() as connection:
            freed = update(accounts).where(*one).values(issuer=None, subject=None)
            if (await connection.execute(freed)).rowcount == 0:
                raise NotFound(f"there is no account {account_id[:80]!r}")
            await connection.execute(delete(studio_sessions).where(studio_sessions.c.account_id == account_id))
