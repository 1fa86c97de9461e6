"""Deleting users from every table that holds anything of theirs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, Table, and_, null, or_, select, update

from tidings.backends.sql.bulk import delete_all
from tidings.backends.sql.database import Database
from tidings.backends.sql.erasing_events import erase_events
from tidings.backends.sql.erasing_messages import erase_messages
from tidings.backends.sql.regulation_store import note
from tidings.backends.sql.schema import metadata
from tidings.ports import Erased, Moment
from tidings.recipients import Cursor
from tidings.regulations import Regulation, Subjects

KEYS_AT_ONCE = 200
ROWS_AT_ONCE = 500
"""In one transaction: the inbound step waits for it some tens of milliseconds at most."""

_NAMED_BY: Mapping[str, tuple[tuple[str, ...], str]] = {
    "profiles": (("user_key",), "user_keys"),
    "profile_words": (("user_key",), "user_keys"),
    "seen": (("user_key",), "user_keys"),
    "deliveries": (("user_key",), "user_keys"),
    "tenant_members": (("user_key",), "user_keys"),
    "profile_links": (("user_key", "anonymous_key"), "user_keys"),
    "list_subscriptions": (("user_id",), "user_ids"),
    "audience_queue": (("user_key",), "user_keys"),
    "audience_members": (("user_id",), "user_ids"),
    "preferences": (("user_id",), "user_ids"),
    "preference_logs": (("user_id",), "user_ids"),
    "device_tokens": (("user_id",), "user_ids"),
    "digests": (("user_key",), "user_keys"),
    "digest_events": (("user_key",), "user_keys"),
    "bulk_users": (("key",), "named"),
}
"""Tables whose rows are a user's own: the columns that say whose, and which of the subjects' names stand there."""

ERASED = frozenset(
    {
        *_NAMED_BY,
        "inbound_events",
        "delivery_failures",
        "messages",
        "due",
        "attempts",
        "data_log",
        "outputs",
        "outbox",
        "limit_counts",
        "limit_passages",
        "redrives",
        "message_tags",
        "status_news",
        "expansions",
    }
)
"""Every table from which users are deleted."""

SPARED = {
    "suppressions": "who is on it gets nothing more, and that must stay so",
    "suppressed_users": "their calls are refused, and that must stay so; UNSUPPRESS deletes them",
    "regulations": "they are the receipts",
    "passed_over": "places in the stream; they say nothing of anybody",
    "archived_requests": "ids of requests alone",
    "taken_requests": "ids of requests alone",
    "archive_files": "a list of files; the files themselves are written anew without the user",
    "call_counts": "counts",
    "message_counts": "counts",
    "activity": "counts",
    "delivery_counts": "counts",
    "known_events": "events and the look of their properties, never values (ADR 0025)",
    "tenants": "companies; users belong to them by `tenant_members`",
    "bulk_jobs": "what was said to all of a job's users; the users are in `bulk_users`",
    **dict.fromkeys(
        (
            "workspaces",
            "environments",
            "api_keys",
            "sources",
            "write_keys",
            "oauth_keys",
            "used_assertions",
            "refusals",
            "studio_tokens",
            "templates",
            "template_versions",
            "template_submissions",
            "tenant_templates",
            "tenant_template_versions",
            "translations",
            "brands",
            "routing_strategies",
            "event_maps",
            "provider_configs",
            "provider_health",
            "revisions",
            "offsets",
            "lists",
            "audiences",
            "sections",
            "topics",
            "sending_rules",
            "destinations",
            "parked",
            "preference_pages",
            "assets",
            "leases",
            "installation",
            "accounts",
            "account_links",
            "recovery_codes",
            "studio_sessions",
            "sign_in_tries",
            "audit_log",
        ),
        "how the installation is set up; it holds nothing of its users",
    ),
}
"""Every other table, and why nothing of a user is in it, or why it stays."""


class SqlErasure:
    """Deletes users, some hundred rows in a transaction."""

    def __init__(self, database: Database, *, partitions: int) -> None:
        """`partitions` of the stream: followers are told by partition what not to read."""
        self._database = database
        self._partitions = partitions

    async def erase(self, regulation: Regulation, subjects: Subjects, *, moment: Moment) -> Erased:
        """Delete what there is."""
        rows: Counter[str] = Counter()
        waiting = 0
        for part in _parts(subjects):
            rows.update(await erase_events(self._database, regulation, part, self._partitions, moment))
            left, found = await erase_messages(self._database, regulation, part, moment)
            waiting += left
            rows.update(found)
            for name, (columns, names) in _NAMED_BY.items():
                table = metadata.tables[name]
                whose = or_(*(table.c[column].in_(getattr(part, names)) for column in columns))
                rows[name] += await self._delete(table, regulation, whose)
            rows["limit_counts"] += await self._limits(regulation, part)
            rows["expansions"] += await self._scrub(regulation, part)
        return Erased(rows={name: count for name, count in sorted(rows.items()) if count}, waiting=waiting)

    async def _limits(self, regulation: Regulation, part: Subjects) -> int:
        table = metadata.tables["limit_counts"]
        erased, whose = 0, table.c.whose
        for key in part.user_keys:  # its own, and those of its topics, which follow a line end
            whose_it_is = or_(whose == key, and_(whose > f"{key}\n", whose < f"{key}\x0b"))
            erased += await self._delete(table, regulation, whose_it_is)
        return erased

    async def _delete(self, table: Table, regulation: Regulation, whose: ColumnElement[bool]) -> int:
        key: Sequence[Column[Any]] = list(table.primary_key.columns)
        some = select(*key).where(table.c.environment_id == regulation.environment_id, whose).limit(ROWS_AT_ONCE)
        erased = 0
        while True:
            async with self._database.read() as connection:  # most have nothing: those are not waited for
                found = [tuple(row) for row in await connection.execute(some)]
            if not found:
                return erased
            async with self._database.write() as connection:
                gone = await delete_all(connection, table, found)
                await note(connection, regulation, {table.name: gone})
            erased += gone

    async def _scrub(self, regulation: Regulation, part: Subjects) -> int:
        """Take users out of `to` of requests to many that are done with; what was said to all of them stays."""
        table = metadata.tables["expansions"]
        needles = [msgspec.json.encode(name) for name in part.named]
        scrubbed, after = 0, ""
        while True:
            query = select(table.c.id, table.c.body, table.c.cursor).where(
                table.c.environment_id == regulation.environment_id, table.c.id > after, table.c.finished != null()
            )
            async with self._database.read() as connection:
                found = (await connection.execute(query.order_by(table.c.id).limit(100))).all()
            for row in found:
                if any(needle in row.body or needle in row.cursor for needle in needles):
                    scrubbed += await self._without(regulation, row, frozenset(part.named))
            if len(found) < 100:
                return scrubbed
            after = found[-1].id

    async def _without(self, regulation: Regulation, row: Any, names: frozenset[str]) -> int:
        table = metadata.tables["expansions"]
        message, cursor = msgspec.json.decode(row.body), msgspec.json.decode(row.cursor, type=Cursor)
        to = message.get("to")
        kept = [each for each in to if not _names(each, names)] if isinstance(to, list) else to
        if kept == to and cursor.after not in names:
            return 0
        values = {"body": msgspec.json.encode({**message, "to": kept}), "cursor": msgspec.json.encode(Cursor())}
        one = (table.c.environment_id == regulation.environment_id, table.c.id == row.id)
        async with self._database.write() as connection:
            changed = (await connection.execute(update(table).where(*one).values(**values))).rowcount
            await note(connection, regulation, {table.name: changed})
        return changed


def _names(target: Any, names: frozenset[str]) -> bool:
    return isinstance(target, dict) and any(target.get(key) in names for key in ("user_id", "email", "phone_number"))


def _parts(subjects: Subjects) -> list[Subjects]:
    """Cut into what a statement can name."""
    keys, addresses = subjects.user_keys, subjects.addresses
    size = max(len(keys), len(addresses))
    return [
        Subjects(user_keys=keys[start : start + KEYS_AT_ONCE], addresses=addresses[start : start + KEYS_AT_ONCE])
        for start in range(0, size, KEYS_AT_ONCE)
    ]
