"""Accounts' second factors, over SQL: the app's secret, the last code used, and what is left of the recovery codes."""

from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select, update

from tidings.backends.sql.database import Database
from tidings.backends.sql.tables_accounts import accounts, recovery_codes
from tidings.errors import NotFound
from tidings.secrets import SecretBox


class SecondFactors:
    """Second factors in the state database; secrets sealed, codes as hashes."""

    def __init__(self, database: Database, secrets: SecretBox) -> None:
        self._database = database
        self._secrets = secrets

    async def set_second_factor(self, account_id: str, secret: str | None, recovery: Sequence[bytes] = ()) -> None:
        """Switch the second factor on with a secret and hashes of recovery codes, or off. Raises `NotFound`."""
        sealed = self._secrets.seal(secret) if secret is not None else None
        changed = update(accounts).where(accounts.c.id == account_id).values(second_factor=sealed)
        rows = [{"account_id": account_id, "code_hash": each} for each in recovery]
        async with self._database.write() as connection:
            if (await connection.execute(changed)).rowcount == 0:
                raise NotFound(f"there is no account {account_id[:80]!r}")
            await connection.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
            if rows:
                await connection.execute(insert(recovery_codes), rows)

    async def use_step(self, account_id: str, step: int) -> bool:
        """Use up a code of the authenticator app; true for a step later than any before, the first time only."""
        newer = (accounts.c.id == account_id, accounts.c.step < step)
        async with self._database.write() as connection:
            return (await connection.execute(update(accounts).where(*newer).values(step=step))).rowcount > 0

    async def use_recovery_code(self, account_id: str, code_hash: bytes) -> bool:
        """Use up a recovery code; true the first time only."""
        one = (recovery_codes.c.account_id == account_id, recovery_codes.c.code_hash == code_hash)
        async with self._database.write() as connection:
            return (await connection.execute(delete(recovery_codes).where(*one))).rowcount > 0

    async def recovery_codes(self, account_id: str) -> int:
        """Count the recovery codes that are left."""
        query = select(func.count()).select_from(recovery_codes).where(recovery_codes.c.account_id == account_id)
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0
