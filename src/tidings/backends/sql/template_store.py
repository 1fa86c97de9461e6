"""Templates and their versions."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import and_, select, update
from sqlalchemy.exc import IntegrityError

from tidings.backends.sql import template_rows
from tidings.backends.sql.chunks import chunks
from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.event_map_store import map_exactly
from tidings.backends.sql.listing import earlier
from tidings.backends.sql.revision import bump
from tidings.backends.sql.status_news import announce
from tidings.backends.sql.tables import template_versions, templates
from tidings.backends.sql.tables_submissions import template_submissions
from tidings.errors import Conflict
from tidings.ports.page import Page
from tidings.templates import Template, TemplateVersion

_PAGE_MAX = 100  # a page carries whole drafts


class SqlTemplateStore:
    """Templates in the state database. Every change bumps the `mapping` revision.

    Rolling back moves what is published and leaves the draft: it stays the latest content that somebody wrote.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, environment_id: int, draft: TemplateVersion, *, aliases: Sequence[str] = ()) -> Template:
        """Keep a new template as a draft under `draft.template_id`, mapped to by these event ids.

        Raises `Conflict` when the id or an alias is taken.
        """
        async with self._database.write() as connection:
            try:
                await connection.execute(
                    templates.insert().values(template_rows.template_values(environment_id, draft))
                )
            except IntegrityError:
                raise Conflict(f"the template id {draft.template_id!r} is taken") from None
            await connection.execute(
                template_versions.insert().values(template_rows.draft_values(environment_id, draft))
            )
            await map_exactly(connection, environment_id, draft.template_id, aliases)
            await bump(connection, "mapping")
            return await template_rows.read(connection, environment_id, draft.template_id)

    async def replace(
        self,
        environment_id: int,
        draft: TemplateVersion,
        *,
        aliases: Sequence[str] | None,
        unchanged_since: int | None = None,
    ) -> Template:
        """Replace the draft; `aliases` None keeps the event maps, else they become exactly these.

        Raises `NotFound` (also when archived), and `Conflict` when an alias maps to another template, or when
        `unchanged_since` is given and is not its `updated` any more.
        """
        template_id = draft.template_id
        async with self._database.write() as connection:
            await template_rows.hold(connection, environment_id, template_id)
            if unchanged_since is not None:
                await template_rows.expect(connection, environment_id, template_id, updated=unchanged_since)
            at = template_rows.version_is(environment_id, template_id, template_rows.DRAFT)
            await connection.execute(
                update(template_versions).where(at).values(template_rows.draft_values(environment_id, draft))
            )
            await template_rows.touch(
                connection, environment_id, template_id, updated=draft.created, updater=draft.creator
            )
            if aliases is not None:
                await map_exactly(connection, environment_id, template_id, aliases)
            await bump(connection, "mapping")
            return await template_rows.read(connection, environment_id, template_id)

    async def publish(
        self, environment_id: int, template_id: str, *, version: int | None, by: str, now: int
    ) -> Template:
        """Make the draft the next version and publish it, or publish an old version again (roll back).

        Raises `NotFound` for an unknown or archived template or version, and `Conflict` when checks are to be passed or
        it is handed in.
        """
        async with self._database.write() as connection:
            await template_rows.hold(connection, environment_id, template_id)
            if version is None:
                if required := await template_rows.required_checks(connection, environment_id, template_id):
                    raise Conflict(
                        f"the draft is published by its checks ({', '.join(required)}): "
                        f"hand it in with POST /notifications/{template_id}/submissions"
                    )
                version = await template_rows.number_draft(connection, environment_id, template_id, by=by, now=now)
            elif version == template_rows.DRAFT or not await template_rows.has_version(
                connection, environment_id, template_id, version
            ):
                raise template_rows.no_version(template_id, version)
            values = {"published_version": version, "updated": now, "updater": by}
            await template_rows.touch(connection, environment_id, template_id, **values)
            await bump(connection, "mapping")
            published = {"id": template_id, "published_at": now}
            await announce(connection, environment_id, "notification:published", published, now=now)
            return await template_rows.read(connection, environment_id, template_id)

    async def archive(self, environment_id: int, template_id: str, *, now: int) -> None:
        """Take it out of use: it sends no more, and stays readable. Raises `NotFound`; twice is harmless."""
        async with self._database.write() as connection:
            if not await template_rows.has_version(connection, environment_id, template_id, template_rows.DRAFT):
                raise template_rows.no_template(template_id)
            at = and_(template_rows.template_is(environment_id, template_id), templates.c.archived.is_(None))
            await connection.execute(update(templates).where(at).values(archived=now))
            open_ = and_(
                template_submissions.c.environment_id == environment_id,
                template_submissions.c.template_id == template_id,
                template_submissions.c.state == "OPEN",
            )
            await connection.execute(update(template_submissions).where(open_).values(state="CANCELED"))
            await bump(connection, "mapping")

    async def get(self, environment_id: int, template_id: str) -> Template:
        """Read one, archived or not. Raises `NotFound`."""
        async with self._database.read() as connection:
            return await template_rows.read(connection, environment_id, template_id)

    async def version(self, environment_id: int, template_id: str, version: int) -> TemplateVersion:
        """Read a version; 0 is the draft. Raises `NotFound`."""
        query = select(*template_rows.VERSION).where(template_rows.version_is(environment_id, template_id, version))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            raise template_rows.no_version(template_id, version)
        return template_rows.version_of(row)

    async def versions(
        self, environment_id: int, template_id: str, *, limit: int, cursor: str | None
    ) -> Page[TemplateVersion]:
        """List published versions, newest first; 100 a page at most."""
        number = template_versions.c.version
        query = select(*template_rows.VERSION).where(
            template_versions.c.environment_id == environment_id,
            template_versions.c.template_id == template_id,
            number > template_rows.DRAFT,
        )
        if (place := decode(cursor, int)) is not None:
            query = query.where(number < place[0])
        limit = min(limit, _PAGE_MAX)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(number.desc()).limit(limit + 1))).all()
        items = [template_rows.version_of(row) for row in rows[:limit]]
        return Page(items, encode(items[-1].version) if len(rows) > limit else None)

    async def page(
        self,
        environment_id: int,
        *,
        limit: int,
        cursor: str | None,
        event_id: str | None = None,
        strategy_id: str | None = None,
    ) -> Page[Template]:
        """List templates that are not archived, newest first; 100 a page at most."""
        query = template_rows.WITH_DRAFT.where(
            templates.c.environment_id == environment_id, templates.c.archived.is_(None)
        )
        if event_id is not None:
            query = query.where(templates.c.id.in_(template_rows.mapped_by(environment_id, event_id)))
        if strategy_id is not None:
            query = query.where(template_rows.routed_by(environment_id, strategy_id))
        if (place := decode(cursor, int, str)) is not None:
            query = query.where(earlier((templates.c.created, templates.c.id), place))
        limit = min(limit, _PAGE_MAX)
        query = query.order_by(templates.c.created.desc(), templates.c.id.desc()).limit(limit + 1)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            items = await template_rows.with_aliases(connection, environment_id, rows[:limit])
        return Page(items, encode(items[-1].created, items[-1].id) if len(rows) > limit else None)

    async def published(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], TemplateVersion]:
        """Find what to send, by environment and template id, else event id.

        The unknown, the unpublished and the archived are left out. An id that names a template never means an event,
        so what a key means does not change when a template is published or archived.
        """
        names_of: dict[int, list[str]] = defaultdict(list)
        for environment_id, key in dict.fromkeys(keys):
            names_of[environment_id].append(key)
        found: dict[tuple[int, str], TemplateVersion] = {}
        if not names_of:
            return found
        async with self._database.read() as connection:
            for environment_id, names in names_of.items():
                for part in chunks(names):
                    chunk = await template_rows.published(connection, environment_id, part)
                    found |= {(environment_id, name): version for name, version in chunk.items()}
        return found

    async def exists(self, environment_id: int, key: str) -> bool:
        """Tell whether a template id or a mapped event of that name exists, published or not."""
        as_id = select(templates.c.id).where(template_rows.template_is(environment_id, key))
        async with self._database.read() as connection:
            found = await connection.execute(as_id.union_all(template_rows.mapped_by(environment_id, key)).limit(1))
            return found.first() is not None
