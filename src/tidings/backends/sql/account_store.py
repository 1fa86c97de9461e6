"""Accounts, over SQL."""

from typing import Any

import msgspec
from sqlalchemy import Row, delete, func, null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.accounts import Account, AccountChange, Credentials, Role
from tidings.backends.sql.database import Database
from tidings.backends.sql.identities import Identities
from tidings.backends.sql.second_factors import SecondFactors
from tidings.backends.sql.tables import workspaces
from tidings.backends.sql.tables_accounts import account_links as links
from tidings.backends.sql.tables_accounts import accounts as table
from tidings.backends.sql.tables_accounts import recovery_codes, studio_sessions
from tidings.errors import Conflict, NotFound, TooLarge
from tidings.secrets import SecretBox
from tidings.workspaces import hash_key

ACCOUNTS_MAX = 1_000
"""Most accounts of one workspace: `all` lists them."""

_ADD = insert(table).on_conflict_do_nothing(index_elements=["email"])
_LINK = insert(links)
_RELINK = _LINK.on_conflict_do_update(
    index_elements=["account_id"],
    set_={"token_hash": _LINK.excluded.token_hash, "expires_at": _LINK.excluded.expires_at},
)


class SqlAccountStore(SecondFactors, Identities):
    """Accounts in the state database."""

    def __init__(self, database: Database, secrets: SecretBox) -> None:
        super().__init__(database, secrets)
        self._database = database
        self._secrets = secrets

    async def add(self, account: Account, *, password_hash: str | None = None) -> Account:
        """Make one."""
        row = {
            "id": account.id,
            "workspace_id": account.workspace_id,
            "email": account.email,
            "name": account.name,
            "role": account.role.value,
            "created": account.created,
            "password_hash": password_hash,
            "step": 0,
        }
        count = select(func.count()).where(table.c.workspace_id == account.workspace_id)
        turn = select(workspaces.c.id).where(workspaces.c.id == account.workspace_id).with_for_update()
        async with self._database.write() as connection:
            if await connection.scalar(turn) is None:
                raise NotFound(f"there is no workspace {account.workspace_id}")
            if (await connection.scalar(count) or 0) >= ACCOUNTS_MAX:
                raise TooLarge(f"a workspace has {ACCOUNTS_MAX} accounts at most: remove one first")
            if (await connection.execute(_ADD, row)).rowcount == 0:
                raise Conflict("there is an account with this email address already")
            return await _read(connection, account.workspace_id, account.id)

    async def all(self, workspace_id: int) -> list[Account]:
        """List a workspace's accounts, oldest first."""
        query = select(table).where(table.c.workspace_id == workspace_id)
        async with self._database.read() as connection:
            return [account_of(row) for row in await connection.execute(query.order_by(table.c.created, table.c.id))]

    async def get(self, workspace_id: int, account_id: str) -> Account:
        """Read one."""
        async with self._database.read() as connection:
            return await _read(connection, workspace_id, account_id)

    async def find(self, email: str) -> tuple[Account, str | None] | None:
        """Find who signs in with this address, and the password's hash."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(table).where(table.c.email == email))).first()
        return None if row is None else (account_of(row), row.password_hash)

    async def identified(self, issuer: str, subject: str) -> Account | None:
        """Find whose account an identity is bound to."""
        query = select(table).where(table.c.issuer == issuer, table.c.subject == subject)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else account_of(row)

    async def credentials(self, account_id: str) -> Credentials:
        """Read what an account proves itself with."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(table).where(table.c.id == account_id))).first()
        if row is None:
            raise _unknown(account_id)
        sealed = row.second_factor
        return Credentials(
            password_hash=row.password_hash, second_factor=self._secrets.open(sealed) if sealed is not None else None
        )

    async def change(self, workspace_id: int, account_id: str, change: AccountChange, *, now: int) -> Account:
        """Change one, and give it as it then stands."""
        values: dict[str, Any] = {}
        if change.name is not None:
            values["name"] = change.name
        if change.role is not None:
            values["role"] = change.role.value
        if change.disabled is not None:
            values["disabled"] = func.coalesce(table.c.disabled, now) if change.disabled else null()
        async with self._database.write() as connection:
            await _read(connection, workspace_id, account_id)
            if values:
                await connection.execute(update(table).where(table.c.id == account_id).values(**values))
            if change.disabled:
                await _shut(connection, account_id)
            return await _read(connection, workspace_id, account_id)

    async def remove(self, workspace_id: int, account_id: str) -> None:
        """Delete one, with all that belongs to it."""
        async with self._database.write() as connection:
            await _read(connection, workspace_id, account_id)
            await _shut(connection, account_id)
            await connection.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
            await connection.execute(delete(table).where(table.c.id == account_id))

    async def set_password(self, account_id: str, password_hash: str, *, keeping: str | None = None) -> None:
        """Change a password, and end the sessions that the old one opened."""
        changed = update(table).where(table.c.id == account_id).values(password_hash=password_hash)
        async with self._database.write() as connection:
            if (await connection.execute(changed)).rowcount == 0:
                raise _unknown(account_id)
            await _shut(connection, account_id, keeping=keeping)

    async def renew_hash(self, account_id: str, password_hash: str, *, instead_of: str) -> None:
        """Keep the same password's hash with newer parameters."""
        same = (table.c.id == account_id, table.c.password_hash == instead_of)
        async with self._database.write() as connection:
            await connection.execute(update(table).where(*same).values(password_hash=password_hash))

    async def link(self, account_id: str, token: str, *, expires_at: int) -> None:
        """Remember a token that lets its bearer set this account's password, once."""
        row = {"account_id": account_id, "token_hash": hash_key(token), "expires_at": expires_at}
        async with self._database.write() as connection:
            await connection.execute(_RELINK, row)

    async def linked(self, token: str, *, now: int) -> Account | None:
        """Tell whose password a token sets."""
        async with self._database.read() as connection:
            return await _linked(connection, token, now)

    async def accept(self, token: str, password_hash: str, *, name: str, now: int) -> Account | None:
        """Use a token up and set the password.

        Looks before it writes: whoever guesses at tokens takes nobody's turn to write.
        """
        if await self.linked(token, now=now) is None:
            return None
        async with self._database.write() as connection:
            account = await _linked(connection, token, now)
            used = delete(links).where(links.c.token_hash == hash_key(token))
            if account is None or (await connection.execute(used)).rowcount == 0:
                return None
            values = {"password_hash": password_hash, **({"name": name} if name else {})}
            await connection.execute(update(table).where(table.c.id == account.id).values(**values))
            await _shut(connection, account.id)
            return await _read(connection, account.workspace_id, account.id)

    async def signed_in(self, account_id: str, *, now: int) -> None:
        """Note that it signed in."""
        async with self._database.write() as connection:
            await connection.execute(update(table).where(table.c.id == account_id).values(signed_in=now))


def account_of(row: Row[Any]) -> Account:
    """Read an account from a row that has all its columns."""
    return Account(
        id=row.id,
        workspace_id=row.workspace_id,
        email=row.email,
        name=row.name,
        role=msgspec.convert(row.role, Role),
        created=row.created,
        disabled=row.disabled,
        has_password=row.password_hash is not None,
        has_second_factor=row.second_factor is not None,
        has_identity=row.subject is not None,
        signed_in=row.signed_in,
    )


async def _read(connection: AsyncConnection, workspace_id: int, account_id: str) -> Account:
    one = (table.c.workspace_id == workspace_id, table.c.id == account_id)
    row = (await connection.execute(select(table).where(*one))).first()
    if row is None:
        raise _unknown(account_id)
    return account_of(row)


async def _linked(connection: AsyncConnection, token: str, now: int) -> Account | None:
    query = select(table).join(links, links.c.account_id == table.c.id)
    valid = (links.c.token_hash == hash_key(token), links.c.expires_at > now, table.c.disabled == null())
    row = (await connection.execute(query.where(*valid))).first()
    return None if row is None else account_of(row)


async def _shut(connection: AsyncConnection, account_id: str, *, keeping: str | None = None) -> None:
    """End an account's sessions and links."""
    await connection.execute(delete(links).where(links.c.account_id == account_id))
    ending = delete(studio_sessions).where(studio_sessions.c.account_id == account_id)
    await connection.execute(ending if keeping is None else ending.where(studio_sessions.c.id != keeping))


def _unknown(account_id: str) -> NotFound:
    return NotFound(f"there is no account {account_id[:80]!r}")
