"""One-time tokens that open Studio."""

from sqlalchemy import delete, select, text

from tidings.backends.sql.database import Database
from tidings.backends.sql.tables import studio_tokens
from tidings.workspaces import hash_key

_MINT = text(
    "INSERT INTO studio_tokens (token_hash, expires_at) VALUES (:token_hash, :expires_at)"
    " ON CONFLICT (token_hash) DO UPDATE SET expires_at = excluded.expires_at"
)


class SqlStudioSessionStore:
    """One-time tokens in the state database, as hashes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def mint(self, token: str, *, expires_at: int) -> None:
        """Remember a token until it is used or expires (ms)."""
        async with self._database.write() as connection:
            await connection.execute(_MINT, {"token_hash": hash_key(token), "expires_at": expires_at})

    async def redeem(self, token: str, *, now: int) -> bool:
        """Use a token up; true the first time only, and only before it expires.

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
