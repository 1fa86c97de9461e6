"""How templates and their versions stand in rows: the statements that the store is made of."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.tables import event_maps, template_versions, templates
from tidings.backends.sql.tables_submissions import template_submissions
from tidings.errors import Conflict, NotFound
from tidings.templates import Template, TemplateSettings, TemplateVersion

DRAFT = 0
"""The number of the row that holds the draft."""
_NUMBER_MAX = 2**31 - 1  # what the column holds; a version asked for beyond it is merely unknown


class _Settings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a version carries besides its name and content."""

    tags: tuple[str, ...] = ()
    brand_id: str | None = None
    topic_id: str | None = None
    routing_strategy_id: str | None = None
    template: TemplateSettings = TemplateSettings()


VERSION: tuple[ColumnElement[Any], ...] = (
    template_versions.c.template_id,
    template_versions.c.version,
    template_versions.c.name,
    template_versions.c.settings,
    template_versions.c.content,
    template_versions.c.created.label("written"),
    template_versions.c.creator.label("writer"),
)
_VERSION_OF_TEMPLATE = and_(
    template_versions.c.environment_id == templates.c.environment_id,
    template_versions.c.template_id == templates.c.id,
)
WITH_DRAFT: Select[Any] = select(templates, *VERSION).join(
    template_versions, and_(_VERSION_OF_TEMPLATE, template_versions.c.version == DRAFT)
)
_PUBLISHED: Select[Any] = select(templates.c.id, *VERSION).outerjoin(
    template_versions,
    and_(
        _VERSION_OF_TEMPLATE,
        template_versions.c.version == templates.c.published_version,
        templates.c.archived.is_(None),
    ),
)


def template_is(environment_id: int, template_id: str) -> ColumnElement[bool]:
    """Pick one template."""
    return and_(templates.c.environment_id == environment_id, templates.c.id == template_id)


def version_is(environment_id: int, template_id: str, version: int) -> ColumnElement[bool]:
    """Pick one version of a template; 0 is the draft."""
    return and_(
        template_versions.c.environment_id == environment_id,
        template_versions.c.template_id == template_id,
        template_versions.c.version == (version if 0 <= version <= _NUMBER_MAX else _NUMBER_MAX),
    )


def mapped_by(environment_id: int, event_id: str) -> Select[Any]:
    """Look up the template that an event is mapped to."""
    here = event_maps.c.environment_id == environment_id
    return select(event_maps.c.template_id).where(here, event_maps.c.event_id == event_id)


def routed_by(environment_id: int, strategy_id: str) -> ColumnElement[bool]:
    """Pick the templates in use that name a routing strategy, as draft or as published."""
    named = template_versions.alias()
    naming = select(named.c.template_id).where(
        named.c.environment_id == environment_id,
        named.c.routing_strategy_id == strategy_id,
        named.c.template_id == templates.c.id,
        or_(named.c.version == DRAFT, named.c.version == templates.c.published_version),
    )
    return and_(templates.c.environment_id == environment_id, templates.c.archived.is_(None), naming.exists())


async def hold(connection: AsyncConnection, environment_id: int, template_id: str, *, submitted: bool = False) -> None:
    """Lock a template that is in use, or raise `NotFound`; and `Conflict` when it is handed in, unless we know that."""
    query = select(templates.c.id).where(template_is(environment_id, template_id), templates.c.archived.is_(None))
    if await connection.scalar(query.with_for_update()) is None:
        raise no_template(template_id)
    if not submitted and (found := (await submissions(connection, environment_id, [template_id])).get(template_id)):
        raise Conflict(
            f"the template {template_id!r} is handed in as {found!r} and cannot be changed: "
            f"its checks publish it, or DELETE /notifications/{template_id}/{found}/checks takes it back"
        )


async def submissions(connection: AsyncConnection, environment_id: int, template_ids: Sequence[str]) -> dict[str, str]:
    """Find the open submissions of these templates."""
    query = select(template_submissions.c.template_id, template_submissions.c.id).where(
        template_submissions.c.environment_id == environment_id,
        template_submissions.c.template_id.in_(template_ids),
        template_submissions.c.state == "OPEN",
    )
    return {row.template_id: row.id for row in await connection.execute(query)}


async def required_checks(connection: AsyncConnection, environment_id: int, template_id: str) -> tuple[str, ...]:
    """List the checks that publishing the draft takes: its own, and those of what is published.

    So a check is only given up by a version that passed it.
    """
    number = select(templates.c.published_version).where(template_is(environment_id, template_id)).scalar_subquery()
    query = select(template_versions.c.settings).where(
        template_versions.c.environment_id == environment_id,
        template_versions.c.template_id == template_id,
        or_(template_versions.c.version == DRAFT, template_versions.c.version == number),
    )
    found = await connection.scalars(query.order_by(template_versions.c.version))
    each = [msgspec.json.decode(settings, type=_Settings).template.checks for settings in found]
    return tuple(dict.fromkeys(name for names in each for name in names))


async def expect(connection: AsyncConnection, environment_id: int, template_id: str, *, updated: int) -> None:
    """Raise `Conflict` when a template, held, was written after somebody read it."""
    found = await connection.scalar(select(templates.c.updated).where(template_is(environment_id, template_id)))
    if found != updated:
        raise Conflict(
            f"the template {template_id!r} was changed since you read it: "
            "read it again, or leave `updated` out to write over what others did"
        )


async def touch(connection: AsyncConnection, environment_id: int, template_id: str, **values: Any) -> None:
    """Change columns of a template."""
    await connection.execute(update(templates).where(template_is(environment_id, template_id)).values(values))


async def has_version(connection: AsyncConnection, environment_id: int, template_id: str, version: int) -> bool:
    """Tell whether a version is there; version 0 is, wherever the template is."""
    query = select(template_versions.c.version).where(version_is(environment_id, template_id, version))
    return await connection.scalar(query) is not None


async def number_draft(connection: AsyncConnection, environment_id: int, template_id: str, *, by: str, now: int) -> int:
    """Keep the draft as the next version and return its number."""
    of_template = (
        template_versions.c.environment_id == environment_id,
        template_versions.c.template_id == template_id,
    )
    last = await connection.scalar(select(func.max(template_versions.c.version)).where(*of_template))
    number = (last or 0) + 1
    names = ["environment_id", "template_id", "version", "name", "settings", "content", "created", "creator"]
    names.append("routing_strategy_id")
    copy = select(
        template_versions.c.environment_id,
        template_versions.c.template_id,
        literal(number),
        template_versions.c.name,
        template_versions.c.settings,
        template_versions.c.content,
        literal(now),
        literal(by),
        template_versions.c.routing_strategy_id,
    ).where(*of_template, template_versions.c.version == DRAFT)
    await connection.execute(template_versions.insert().from_select(names, copy))
    return number


async def read(connection: AsyncConnection, environment_id: int, template_id: str) -> Template:
    """Read a template with its draft and aliases. Raises `NotFound`."""
    query = WITH_DRAFT.where(template_is(environment_id, template_id))
    rows = (await connection.execute(query)).all()
    if not rows:
        raise no_template(template_id)
    return (await with_aliases(connection, environment_id, rows))[0]


async def with_aliases(connection: AsyncConnection, environment_id: int, rows: Sequence[Row[Any]]) -> list[Template]:
    """Turn rows of `WITH_DRAFT` into templates."""
    query = select(event_maps).where(
        event_maps.c.environment_id == environment_id, event_maps.c.template_id.in_([row.id for row in rows])
    )
    aliases_of: dict[str, list[str]] = defaultdict(list)
    for event_map in await connection.execute(query.order_by(event_maps.c.event_id)):
        aliases_of[event_map.template_id].append(event_map.event_id)
    handed_in = await submissions(connection, environment_id, [row.id for row in rows])
    return [_template_of(row, aliases_of[row.id], handed_in.get(row.id)) for row in rows]


async def published(
    connection: AsyncConnection, environment_id: int, names: Sequence[str]
) -> dict[str, TemplateVersion]:
    """Find the published versions that these names mean: a template's id first, else an event's."""
    here = templates.c.environment_id == environment_id
    as_id = (await connection.execute(_PUBLISHED.where(here, templates.c.id.in_(names)))).all()
    found = {row.id: version_of(row) for row in as_id if row.version is not None}
    rest = sorted(set(names).difference(row.id for row in as_id))
    if rest:
        mapped = and_(event_maps.c.environment_id == environment_id, event_maps.c.template_id == templates.c.id)
        query = _PUBLISHED.add_columns(event_maps.c.event_id).join(event_maps, mapped)
        rows = await connection.execute(query.where(here, event_maps.c.event_id.in_(rest)))
        found |= {row.event_id: version_of(row) for row in rows if row.version is not None}
    return found


def template_values(environment_id: int, draft: TemplateVersion) -> dict[str, Any]:
    """Write a new template as a row."""
    return {
        "environment_id": environment_id,
        "id": draft.template_id,
        "created": draft.created,
        "creator": draft.creator,
        "updated": draft.created,
        "updater": draft.creator,
    }


def draft_values(environment_id: int, draft: TemplateVersion) -> dict[str, Any]:
    """Write a draft as a row, whatever its number."""
    settings = _Settings(draft.tags, draft.brand_id, draft.topic_id, draft.routing_strategy_id, draft.settings)
    return {
        "environment_id": environment_id,
        "template_id": draft.template_id,
        "version": DRAFT,
        "name": draft.name,
        "settings": msgspec.json.encode(settings),
        "content": msgspec.json.encode(draft.content),
        "created": draft.created,
        "creator": draft.creator,
        "routing_strategy_id": draft.routing_strategy_id,
    }


def version_of(row: Row[Any]) -> TemplateVersion:
    """Read a version out of a row of `VERSION`."""
    settings = msgspec.json.decode(row.settings, type=_Settings)
    return TemplateVersion(
        template_id=row.template_id,
        version=row.version,
        name=row.name,
        tags=settings.tags,
        brand_id=settings.brand_id,
        topic_id=settings.topic_id,
        routing_strategy_id=settings.routing_strategy_id,
        settings=settings.template,
        content=msgspec.json.decode(row.content),
        created=row.written,
        creator=row.writer,
    )


def _template_of(row: Row[Any], aliases: Iterable[str], submission_id: str | None) -> Template:
    return Template(
        environment_id=row.environment_id,
        id=row.id,
        created=row.created,
        creator=row.creator,
        updated=row.updated,
        updater=row.updater,
        published_version=row.published_version,
        draft=version_of(row),
        archived=row.archived is not None,
        submission_id=submission_id,
        alias=tuple(aliases),
    )


def no_template(template_id: str) -> NotFound:
    """Say that a template is not there, or no longer in use."""
    return NotFound(f"there is no template {template_id!r} in use in this environment")


def no_version(template_id: str, version: int) -> NotFound:
    """Say that a version is not there."""
    return NotFound(f"the template {template_id!r} has no version {version} in this environment")
