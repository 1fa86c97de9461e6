"""What Alembic runs: inside the transaction that `migrate` began."""

from alembic import context
from sqlalchemy import Connection, text

import tidings.backends.sql.tables_identity  # noqa: F401 the metadata is to know its tables
from tidings.backends.sql.migrate import applied
from tidings.backends.sql.schema import metadata

_LOCK = 0x7469_6469  # "tidi": one migration at a time where the transaction alone does not see to that


def _run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,  # SQLite can, when Python does not begin and end transactions behind our back
        on_version_apply=applied(context.config.attributes["ran"]),
    )
    context.run_migrations()


_run(context.config.attributes["connection"])
