"""One-time tokens that open Studio, and the sessions of whoever is signed in."""

from typing import Any

from sqlalchemy import Row, delete, insert, null, or_, select, text, update

from tidings.accounts import StudioSession, prolonged
from tidings.backends.sql.account_store import account_of
from tidings.backends.sql.database import Database
from tidings.backends.sql.tables import studio_tokens
from tidings.backends.sql.tables_accounts import accounts
from tidings.backends.sql.tables_accounts import studio_sessions as table
from tidings.errors import NotFound
from tidings.workspaces import hash_key

_MINT = text(
    "INSERT INTO studio_tokens (token_hash, expires_at) VALUES (:token_hash, :expires_at)"
    " ON CONFLICT (token_hash) DO UPDATE SET expires_at = excluded.expires_at"
)
_OF = table.c.account_id == accounts.c.id


class SqlStudioSessionStore:
    """One-time tokens and sessions in the state database, as hashes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def mint(self, token: str, *, expires_at: int) -> None:
        """Remember a one-time token until it is used or expires (ms)."""
        async with self._database.write() as connection:
            await connection.execute(_MINT, {"token_hash": hash_key(token), "expires_at": expires_at})

    async def redeem(self, token: str, *, now: int) -> bool:
        """Use a one-time token up; true the first time only, and only before it expires.

        Looks before it writes: whoever guesses at tokens from outside takes nobody's turn to write.
        """
        token_hash = hash_key(token)
        valid = (studio_tokens.c.token_hash == token_hash, studio_tokens.c.expires_at > now)
        async with self._database.read() as connection:
            if await connection.scalar(select(studio_tokens.c.expires_at).where(*valid)) is None:
                return False
        async with self._database.write() as connection:
            used = await connection.execute(delete(studio_tokens).where(*valid).returning(studio_tokens.c.expires_at))
            first = used.first() is not None
            await connection.execute(delete(studio_tokens).where(studio_tokens.c.expires_at <= now))  # forgotten ones
        return first

    async def open(self, session: StudioSession, token: str) -> None:
        """Sign in: remember a session by its token."""
        row = {
            "token_hash": hash_key(token),
            "id": session.id,
            "workspace_id": session.workspace_id,
            "account_id": session.account.id if session.account else "",
            "created": session.created,
            "seen": session.seen,
            "expires": session.expires,
            "address": session.address,
            "agent": session.agent,
        }
        async with self._database.write() as connection:
            await connection.execute(delete(table).where(table.c.expires <= session.created))
            await connection.execute(insert(table), row)

    async def read(self, token: str, *, now: int) -> StudioSession | None:
        """Find the session of a token, and prolong it."""
        one = table.c.token_hash == hash_key(token)
        # By the link: no account. By an account: one that is there, and may sign in.
        open_ = or_(table.c.account_id == "", (accounts.c.id != null()) & (accounts.c.disabled == null()))
        query = _WITH_ACCOUNT.where(one, table.c.expires > now, open_)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        until = prolonged(created=row.opened, seen=row.seen, now=now)
        if until is not None:
            async with self._database.write(replayable=True) as connection:  # lost, it is noted with the next request
                await connection.execute(update(table).where(one).values(seen=now, expires=until))
        return _session(row)

    async def all(self, account_id: str, *, now: int) -> list[StudioSession]:
        """List an account's sessions that last, newest first."""
        query = _WITH_ACCOUNT.where(table.c.account_id == account_id, table.c.expires > now)
        async with self._database.read() as connection:
            return [_session(row) for row in await connection.execute(query.order_by(table.c.id.desc()))]

    async def end(self, account_id: str, session_id: str) -> None:
        """End one session. Raises `NotFound`."""
        one = (table.c.account_id == account_id, table.c.id == session_id)
        async with self._database.write() as connection:
            if (await connection.execute(delete(table).where(*one))).rowcount == 0:
                raise NotFound("there is no such session, or it ended before")

    async def end_all(self, account_id: str, *, keeping: str | None = None) -> int:
        """End all sessions of an account but one; return how many ended."""
        ending = delete(table).where(table.c.account_id == account_id)
        async with self._database.write() as connection:
            ended = await connection.execute(ending if keeping is None else ending.where(table.c.id != keeping))
            return ended.rowcount


_WITH_ACCOUNT = select(
    accounts,
    table.c.id.label("session_id"),
    table.c.workspace_id.label("session_workspace_id"),
    table.c.created.label("opened"),
    table.c.seen,
    table.c.expires,
    table.c.address,
    table.c.agent,
).select_from(table.outerjoin(accounts, _OF))


def _session(row: Row[Any]) -> StudioSession:
    return StudioSession(
        id=row.session_id,
        workspace_id=row.session_workspace_id,
        account=None if row.id is None else account_of(row),
        created=row.opened,
        seen=row.seen,
        expires=row.expires,
        address=row.address,
        agent=row.agent,
    )
