"""What failures of PostgreSQL mean: an outage, or a mistake of ours."""

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError

from tidings.errors import InvalidInput, TidingsError, Unavailable

_WORDS = {
    "08": "the connection to it was lost",
    "57P01": "it is being shut down",
    "57P02": "it crashed and is recovering",
    "57P03": "it is starting up or shutting down",
    "53300": "it has no connection left: raise max_connections, or run fewer processes",
    "53100": "its disk is full",
    "53200": "it is out of memory",
    "53": "it is out of resources",
    "58": "its system fails",
    "25006": "it takes no writes: it is a standby, or was made read-only",
    "25P03": "a transaction was idle too long",
    "40P01": "two transactions waited for each other",
    "40001": "two transactions changed the same rows",
    "55P03": "a row was held too long by another transaction",
    "42P01": "a table that this version needs is missing: run `tidings migrate` with it",
    "42703": "a column that this version needs is missing: run `tidings migrate` with it",
    "55006": "it is in use by a command that needs it alone",
    "57014": "a statement took too long",
    "57": "an operator stopped it",
}
"""By SQLSTATE or its class, the longer first."""

SETTING = {
    "28P01": "the server does not accept the password in database_url",
    "28000": "the server does not let the user of database_url in",
    "3D000": "the server has no database of the name in database_url: create it",
    "42501": "the user of database_url may not do that: grant it the database and its schema",
    "42704": "database_url has an option that the server does not know",
    "22023": "database_url has an option with a value that the server refuses",
}
"""What waiting does not mend, in words that name the setting."""

_OURS = frozenset({"42501", "42704", "22023"})
"""What means the setting while we connect, and a mistake of ours later."""

_CHANGED = (asyncpg.exceptions.InvalidCachedStatementError, asyncpg.exceptions.OutdatedSchemaCacheError)
"""What the driver had prepared no longer fits: the same again is prepared anew."""


def outage(error: BaseException) -> TidingsError | None:
    """Tell a failure of the database itself, or of what it was given, from a mistake in a statement."""
    state = sqlstate(error)
    if state == "22021":
        return InvalidInput("text may not hold the character NUL (U+0000): leave it out")
    if isinstance(_cause(error), _CHANGED):
        return Unavailable("the database (database_url) cannot take it now: its tables were changed", retry_after_s=2)
    said = _WORDS.get(state) or _WORDS.get(state[:2]) or misfit(error) or _unsaid(_cause(error))
    if said is None or state in _OURS:
        return None
    return Unavailable(f"the database (database_url) cannot take it now: {said}", retry_after_s=2)


def _unsaid(cause: BaseException) -> str | None:
    """Put into words what came to pass without a word from the server."""
    match cause:
        case asyncpg.exceptions.TargetServerAttributeNotMatched():
            return _WORDS["25006"]
        case TimeoutError():
            return "it does not answer in time"
        case OSError(strerror=str(why)):
            return f"nothing answers at its host and port ({why})"
        case OSError():
            return "nothing answers at its host and port"
        case asyncpg.InterfaceError() | InterfaceError() | asyncpg.InternalClientError():
            # the connection is closed, or was in the middle of a sentence, which confuses the driver
            return _WORDS["08"]
    return None


def misfit(error: BaseException) -> str | None:
    """Say what about the setting keeps us from connecting; None when it is something else."""
    state = sqlstate(error)
    return SETTING.get(state) or (SETTING["28000"] if state[:2] == "28" else None)


def sqlstate(error: BaseException) -> str:
    """Read the five characters with which PostgreSQL names what went wrong; empty when it said nothing."""
    return getattr(_cause(error), "sqlstate", None) or ""


def _cause(error: BaseException) -> BaseException:
    """Find what the driver said, under SQLAlchemy's words for it."""
    if not isinstance(error, DBAPIError) or error.orig is None:
        return error
    return error.orig.__cause__ or error.orig
