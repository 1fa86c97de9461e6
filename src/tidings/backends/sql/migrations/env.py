"""What Alembic runs: inside the transaction that `migrate` began, alone."""

from alembic import context
from sqlalchemy import Connection

import tidings.backends.sql.tables_identity  # noqa: F401 the metadata is to know its tables
from tidings.backends.sql.migrate import applied
from tidings.backends.sql.schema import metadata


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,  # SQLite can, when Python does not begin and end transactions behind our back
        on_version_apply=applied(context.config.attributes["ran"]),
    )
    context.run_migrations()


_run(context.config.attributes["connection"])
