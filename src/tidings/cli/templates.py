"""`tidings templates`: templates as files in a repository, checked, shown, and kept in step with an installation."""

from pathlib import Path
from typing import Any

import click
import msgspec

from tidings.cli.output import lines, table
from tidings.cli.scope import Scope, scoped
from tidings.cli.template_files import FilesError, TemplateFile, found, read, read_sample, save, twice
from tidings.errors import InvalidInput, NotFound
from tidings.inbound_events import InboundEvent
from tidings.ports import EventFilter
from tidings.rendering import Manner, Renderer, RenderError, Variables, preview, seen_in
from tidings.templates import Template, TemplateVersion

_EVENT = "Segment-TrackEvent:"
_EVENTS_MAX = 20
"""Of one template: so many are compared with it."""
_COLUMNS = ("file", "level", "place", "message")
_FILES = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))


@click.group("templates", help="Templates as files: lint, render, pull and push them.")
def templates_command() -> None:
    """Hold the commands."""


@templates_command.command("lint", help="Check template files; names are compared with the events that came in.")
@_FILES
@click.option("--sample", type=click.Path(path_type=Path, exists=True), help="A JSON file {data, profile} instead.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@scoped
async def lint(scope: Scope, *, paths: tuple[Path, ...], sample: Path | None, strict: bool) -> int:
    """Print what is wrong; exit 1 when something is."""
    problems: list[dict[str, str]] = []
    for path in found(paths):
        problems += await _problems(scope, path, sample)
    if scope.as_json:
        lines(problems)
    else:
        table(problems, _COLUMNS, nothing="Nothing is wrong.")
    return 1 if any(strict or problem["level"] == "error" for problem in problems) else 0


@templates_command.command("render", help="Show a template file as every channel would have it.")
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option("--channel", "channels", multiple=True, help="Only this channel; may be given again.")
@click.option("--sample", type=click.Path(path_type=Path, exists=True), help="A JSON file {data, profile}.")
@click.option("--part", help="Only this part: html, text, subject, title, body.")
@scoped
async def render(scope: Scope, *, path: Path, channels: tuple[str, ...], sample: Path | None, part: str | None) -> None:
    """Print each channel's output."""
    file = read(path)
    variables = await _variables(scope, file, sample)
    shown = await _shown(scope, file, variables, channels)
    for channel, one in shown.channels.items():
        said = one.output or {"nothing": one.nothing} if one.error is None else {"error": one.error}
        if part is not None:
            click.echo(str(said.get(part, "")))
        else:
            lines([{"channel": channel, **said, "warnings": list(one.warnings)}])


@templates_command.command("pull", help="Write the installation's templates into a folder, one YAML file each.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@scoped
async def pull(scope: Scope, *, folder: Path) -> None:
    """Write drafts, one file for each template."""
    done: list[dict[str, str]] = []
    cursor: str | None = None
    while True:
        page = await scope.installation.templates.page(scope.environment.id, limit=100, cursor=cursor)
        for template in page.items:
            file = save(folder, _file_of(template))
            done.append({"id": template.id, "name": template.draft.name, "file": str(file)})
        cursor = page.cursor
        if cursor is None:
            break
    _report(scope, done, nothing="There are no templates.")


@templates_command.command("push", help="Bring template files into the installation, as drafts or published.")
@_FILES
@click.option("--publish", is_flag=True, help="Publish what has changed.")
@scoped
async def push(scope: Scope, *, paths: tuple[Path, ...], publish: bool) -> int:
    """Write what has changed. Nothing is written when one of the files is wrong."""
    files = found(paths)
    wrong = [problem for path in files for problem in await _problems(scope, path, None) if problem["level"] == "error"]
    templates = [] if wrong else [read(path) for path in files]
    for file, first in twice(templates):
        wrong.append(_problem(file.path or Path(), "error", "id", f"{file.id!r} is the template of {first.path}, too"))
    if wrong:
        table(wrong, _COLUMNS, nothing="")
        return 1
    done = [await _push(scope, file, publish=publish) for file in templates]
    scope.installation.wakeup.wake("config")
    _report(scope, done, nothing="There are no files.")
    return 0


async def _push(scope: Scope, file: TemplateFile, *, publish: bool) -> dict[str, str]:
    now = scope.installation.clock.now_ms()
    store, environment_id = scope.installation.templates, scope.environment.id
    draft = TemplateVersion(
        template_id=file.id,
        version=0,
        name=file.name,
        tags=file.tags,
        brand_id=file.brand,
        settings=file.settings,
        content=file.content,
        created=now,
        creator="cli",
    )
    aliases = file.alias and (file.alias,)
    try:
        stored = await store.get(environment_id, file.id)
    except NotFound:
        await store.create(environment_id, draft, aliases=aliases or ())
        told = "created"
    else:
        if _same(stored.draft, draft):
            told = "unchanged"
        else:
            kept = msgspec.structs.replace(
                draft, topic_id=stored.draft.topic_id, routing_strategy_id=stored.draft.routing_strategy_id
            )
            await store.replace(environment_id, kept, aliases=aliases)
            told = "changed"
    if publish and (told != "unchanged" or (await store.get(environment_id, file.id)).published_version is None):
        await store.publish(environment_id, file.id, version=None, by="cli", now=now)
        told += ", published"
    return {"id": file.id, "name": file.name, "file": str(file.path), "done": told}


def _same(stored: TemplateVersion, draft: TemplateVersion) -> bool:
    """Compare what files can say."""
    fields = ("name", "tags", "brand_id", "settings", "content")
    return all(getattr(stored, field) == getattr(draft, field) for field in fields)


def _file_of(template: Template) -> TemplateFile:
    draft = template.draft
    return TemplateFile(
        id=template.id,
        name=draft.name,
        tags=draft.tags,
        alias=template.alias[0] if template.alias else None,
        brand=draft.brand_id,
        settings=draft.settings,
        content=draft.content,
    )


async def _problems(scope: Scope, path: Path, sample: Path | None) -> list[dict[str, str]]:
    try:
        file = read(path)
        variables = await _variables(scope, file, sample)
        known = None if sample is not None else await _known(scope, file)
        shown = await _shown(scope, file, variables, (), compare=bool(variables.data), known=known)
    except FilesError as error:
        return [_problem(path, "error", "", str(error))]
    except InvalidInput as error:
        return [_problem(path, "error", error.path, error.message)]
    except RenderError as error:
        return [_problem(path, "error", error.path, error.detail)]
    found_ = [_problem(path, one.level, one.path, one.message) for one in shown.problems]
    for channel, one in shown.channels.items():
        if one.error is not None:
            found_.append(_problem(path, "error", channel, one.error))
        if variables.data or channel == "email":
            found_ += [_problem(path, "warning", channel, warning) for warning in one.warnings]
    return found_


def _problem(path: Path, level: str, place: str, message: str) -> dict[str, str]:
    return {"file": str(path), "level": level, "place": place, "message": message}


async def _shown(
    scope: Scope,
    file: TemplateFile,
    variables: Variables,
    channels: tuple[str, ...],
    *,
    compare: bool = False,
    known: dict[str, Any] | None = None,
) -> Any:
    brands = await scope.installation.brands.find(
        [(scope.environment.id, file.brand or ""), (scope.environment.id, "")]
    )
    default = brands.get((scope.environment.id, ""))
    manner = Manner(
        headers=file.settings.email, brand=brands.get((scope.environment.id, file.brand or "")), fallback=default
    )
    sample = variables.root() if compare else None
    return preview(
        Renderer(html_scripts=scope.installation.config.html_scripts),
        file.content,
        variables,
        manner=manner,
        places=channels,
        sample=sample,
        known=known,
    )


async def _variables(scope: Scope, file: TemplateFile, sample: Path | None) -> Variables:
    now = scope.installation.clock.now_ms()
    if sample is not None:
        given = read_sample(sample)
        return Variables(data=given.data, profile=given.profile, now=now)
    event = await _newest(scope, file)
    if event is None:
        return Variables(now=now)
    call = msgspec.json.decode(event.body)
    stored = await scope.installation.profiles.get([(scope.environment.id, event.user_key)])
    profile = next((profile.data for profile in stored.values()), {})
    properties = call.get("properties") if isinstance(call, dict) else None
    return Variables(data=properties if isinstance(properties, dict) else {}, profile=profile, now=now)


async def _known(scope: Scope, file: TemplateFile) -> dict[str, Any] | None:
    """Lay out what the catalogue has seen in the events that the template is for; None when it knows none."""
    catalogue = scope.installation.event_catalogue
    names = await _events(scope, file)
    seen = [one for name in names for one in await catalogue.of_name(scope.environment.id, "track", name)]
    return seen_in(one.properties.get("paths", {}) for one in seen) if seen else None


async def _newest(scope: Scope, file: TemplateFile) -> InboundEvent | None:
    """Find the newest event that the template is for."""
    for name in await _events(scope, file):
        where = EventFilter(type="track", name=name)
        page = await scope.installation.events.page(scope.environment.id, where, limit=1, cursor=None)
        if page.items:
            return page.items[0]
    return None


async def _events(scope: Scope, file: TemplateFile) -> list[str]:
    """Name the track events that the template is for: that of its alias, and those that are mapped to it."""
    mapped = await scope.installation.event_maps.all(scope.environment.id)
    ids = [file.alias or "", *(each.event_id for each in mapped if each.template_id == file.id)]
    return [one.removeprefix(_EVENT) for one in dict.fromkeys(ids) if one.startswith(_EVENT)][:_EVENTS_MAX]


def _report(scope: Scope, done: list[dict[str, str]], *, nothing: str) -> None:
    if scope.as_json:
        lines(done)
    else:
        table(done, tuple(done[0]) if done else ("id",), nothing=nothing)
