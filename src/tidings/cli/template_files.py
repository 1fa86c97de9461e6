"""Templates as files: YAML or JSON with Elemental in it, or MJML and Markdown for one email.

A Markdown file begins with YAML between lines of three dashes (`name`, `alias`, `subject` …) and is one text; an MJML
file has its facts in a YAML file of the same name beside it.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec
import yaml

from tidings.templates import TemplateSettings

BYTES_MAX = 1024 * 1024
SUFFIXES = (".yaml", ".yml", ".json", ".md", ".mjml")
_FRONT = re.compile(r"\A---\r?\n(?P<facts>.*?)\r?\n---\r?\n(?P<words>.*)\Z", re.DOTALL)
_ID = re.compile(r"[\w.:-]{1,128}\Z")
_VERSION = "2022-01-01"


class FilesError(ValueError):
    """A file is no template; the message says why."""


class TemplateFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a file says."""

    id: str
    """The name of the file where it names none: pushed again, it is the same template."""
    name: str
    alias: str | None = None
    """The event id that sends it, such as `Segment-TrackEvent:Order Completed`."""
    tags: tuple[str, ...] = ()
    brand: str | None = None
    settings: TemplateSettings = TemplateSettings()
    content: dict[str, Any]
    path: Path | None = None


class _Facts(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What a file may say beside its words."""

    id: str | None = None
    name: str | None = None
    alias: str | None = None
    tags: tuple[str, ...] = ()
    brand: str | None = None
    settings: TemplateSettings = TemplateSettings()
    subject: str | None = None
    content: dict[str, Any] | None = None


def found(paths: Sequence[Path]) -> list[Path]:
    """List the template files among these files and folders."""
    files: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        files += [file for file in inside if file.is_file() and file.suffix in SUFFIXES and not _is_beside(file)]
    return list(dict.fromkeys(files))


def twice(files: Sequence[TemplateFile]) -> Iterator[tuple[TemplateFile, TemplateFile]]:
    """Find files that say they are one template, each with the first of them."""
    known: dict[str, TemplateFile] = {}
    for file in files:
        if (first := known.setdefault(file.id, file)) is not file:
            yield file, first


def read(path: Path) -> TemplateFile:
    """Read one. Raises `FilesError`."""
    if path.stat().st_size > BYTES_MAX:
        raise FilesError(f"a file may have {BYTES_MAX} bytes at most")
    text = path.read_text(encoding="utf-8", errors="replace")
    match path.suffix:
        case ".md":
            front = _FRONT.match(text)
            facts = _facts(_yaml(front["facts"]) if front else {})
            words = {"type": "text", "content": front["words"].strip() if front else text.strip()}
            return _file(path, facts, _email([*_title(facts), words]))
        case ".mjml":
            beside = path.with_suffix(".yaml")
            facts = _facts(_yaml(beside.read_text(encoding="utf-8")) if beside.exists() else {})
            raw = {"subject": facts.subject or facts.name or path.stem, "html": text}
            return _file(path, facts, _email(None, raw | {"transformers": ["handlebars", "mjml"]}))
    facts = _facts(_json(text) if path.suffix == ".json" else _yaml(text))
    if facts.content is None:
        raise FilesError("content is missing: Elemental as {version, elements}")
    return _file(path, facts, {"version": _VERSION, **facts.content})


def written(file: TemplateFile) -> str:
    """Write one as YAML."""
    plain = {key: value for key, value in msgspec.to_builtins(file).items() if value is not None}
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=120)


def save(folder: Path, file: TemplateFile) -> Path:
    """Write one into a folder, under its id."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{file.id}.yaml"
    path.write_text(written(file), encoding="utf-8")
    return path


class Sample(msgspec.Struct, frozen=True):
    """A message to try templates with."""

    data: dict[str, Any] = {}
    profile: dict[str, Any] = {}


def read_sample(path: Path) -> Sample:
    """Read one. Raises `click.UsageError` when it is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Sample)
    except (msgspec.DecodeError, RecursionError) as error:
        raise click.UsageError(f"{path} is no sample, which is JSON {{data, profile}}: {error}") from None


def _is_beside(path: Path) -> bool:
    return path.suffix == ".yaml" and path.with_suffix(".mjml").exists()


def _title(facts: _Facts) -> list[dict[str, Any]]:
    return [{"type": "meta", "title": facts.subject}] if facts.subject else []


def _email(elements: list[dict[str, Any]] | None, raw: dict[str, Any] | None = None) -> dict[str, Any]:
    block: dict[str, Any] = {"type": "channel", "channel": "email"}
    block |= {"elements": elements} if elements is not None else {"raw": raw}
    return {"version": _VERSION, "elements": [block]}


def _file(path: Path, facts: _Facts, content: dict[str, Any]) -> TemplateFile:
    template_id = facts.id or path.stem
    if not _ID.match(template_id):
        raise FilesError(f"{template_id[:60]!r} is no id: name one of letters, digits and . : - _ as `id`")
    return TemplateFile(
        id=template_id,
        name=facts.name or path.stem,
        alias=facts.alias,
        tags=facts.tags,
        brand=facts.brand,
        settings=facts.settings,
        content=content,
        path=path,
    )


def _facts(raw: Any) -> _Facts:
    try:
        return msgspec.convert(raw if raw is not None else {}, _Facts)
    except msgspec.ValidationError as error:
        raise FilesError(str(error).replace("`", "")) from None


def _yaml(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise FilesError(f"not YAML: {' '.join(str(error).split())[:200]}") from None


def _json(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise FilesError(f"not JSON: {error}") from None
