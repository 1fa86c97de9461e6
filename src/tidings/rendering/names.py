"""Which variables content names, and where: found without rendering it."""

from collections.abc import Iterator
from typing import Any

import msgspec

from tidings.elemental import Document
from tidings.elemental.condition import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    ConditionError,
    IsEmpty,
    Not,
    Ref,
    condition,
)
from tidings.elemental.json_source import Joined, JsonArray, JsonObject, JsonSource, Variable, read_json_source
from tidings.elemental.nodes import Channel, Comment, Html, Jsonnet, Node
from tidings.elemental.path import parse_path
from tidings.rendering.grammar import parse
from tidings.rendering.syntax import Block, Call, Constant, Inline, Lookup, Partial, Print, Value
from tidings.rendering.syntax import Node as Written
from tidings.rendering.tags import Tags
from tidings.rendering.template_check import FIELDS

ITEM = "[]"
"""Stands in a name for any item of a list."""
ANY = "[]?"
"""Stands for an item where there is a list, else for nothing."""
KEPT = frozenset(
    {"data", "profile", "tenant", "brand", "courier", "urls", "datetime", "event", "messageId", "recipient"}
)
KEPT |= {"template", "refs", "openTrackingId", "unsubscribeTrackingId", "subscriptionTopicId"}
"""Names that are not data's own."""
Name = tuple[str, ...]


class Use(msgspec.Struct, frozen=True):
    """One variable, where it is named, and whether the template does well without it."""

    path: str
    name: Name
    is_optional: bool = False


class _Scope(msgspec.Struct, frozen=True):
    value: Name | None
    """What names are looked up in; the empty name is the root, None is unknown."""
    outer: "_Scope | None" = None
    params: dict[str, Name | None] = {}
    turn: Name | None = None


def uses(document: Document) -> list[Use]:
    """List them, in document order. Raises `RenderError` for what is no template."""
    return list(dict.fromkeys(_nodes(document.elements, "elements", _Scope(()))))


def dotted(name: Name) -> str:
    """Write a name as people do; `data.` stays away."""
    parts = name[1:] if name[:1] == ("data",) and len(name) > 1 else name
    text = ""
    for part in parts:
        text += ITEM if part in {ITEM, ANY} else f".{part}" if text else part
    return text


def _nodes(nodes: tuple[Node, ...], path: str, scope: _Scope) -> Iterator[Use]:
    for index, node in enumerate(nodes):
        if not isinstance(node, Comment):
            yield from _node(node, f"{path}[{index}]", scope)


def _node(node: Node, path: str, scope: _Scope) -> Iterator[Use]:
    if node.loop is not None and (steps := parse_path(node.loop)):
        name = _absolute(steps, scope)
        yield Use(f"{path}.loop", name)
        scope = msgspec.structs.replace(scope, turn=(*name, ITEM))
    if node.if_ is not None:
        yield from _condition(node.if_, f"{path}.if", scope)
    if isinstance(node, Jsonnet):
        for name in _json(read_json_source(node.content)):
            yield Use(f"{path}.content", name)
    else:
        for field in FIELDS:
            if isinstance(said := getattr(node, field, None), str):
                yield from _source(said, f"{path}.{field}", scope, single=not isinstance(node, Html))
    if isinstance(node, Channel) and node.raw is not None:
        yield from _raw(node.raw, f"{path}.raw", scope)
    yield from _nodes(getattr(node, "elements", None) or (), f"{path}.elements", scope)


def _raw(value: Any, path: str, scope: _Scope) -> Iterator[Use]:
    match value:
        case str():
            yield from _source(value, path, scope, single=False)
        case dict():
            for key, item in value.items():
                yield from _raw(item, f"{path}.{key}", scope)
        case list():
            for index, item in enumerate(value):
                yield from _raw(item, f"{path}[{index}]", scope)


def _condition(source: Any, path: str, scope: _Scope) -> Iterator[Use]:
    try:
        read = condition(source)
    except ConditionError:
        return
    for steps in _refs(read):
        yield Use(path, _absolute(steps, scope), is_optional=True)


def _refs(read: Condition) -> Iterator[Name]:
    match read:
        case Ref(path=path):
            yield path
        case Not(of=part) | IsEmpty(of=part):
            yield from _refs(part)
        case AllOf(of=parts) | AnyOf(of=parts):
            for part in parts:
                yield from _refs(part)
        case Compare(left=left, right=right):
            yield from _refs(left)
            yield from _refs(right)


def _json(source: JsonSource) -> Iterator[Name]:
    match source:
        case Variable(path=path):
            yield path
        case Joined(of=parts) | JsonArray(items=parts):
            for part in parts:
                yield from _json(part)
        case JsonObject(fields=fields):
            for _, value in fields:
                yield from _json(value)


def _source(source: str, path: str, scope: _Scope, *, single: bool) -> Iterator[Use]:
    if "{" in source:
        yield from _written(parse(Tags(source, path, single=single).source, path=path), path, scope)


def _written(nodes: tuple[Written, ...], path: str, scope: _Scope) -> Iterator[Use]:
    for node in nodes:
        match node:
            case Print(call=call):
                yield from _value(call, path, scope, is_optional=False)
            case Block():
                yield from _block(node, path, scope)
            case Partial(context=context, named=named, body=body):
                for value in (*([context] if context is not None else []), *named.values()):
                    yield from _value(value, path, scope, is_optional=True)
                yield from _written(body or (), path, scope)
            case Inline(body=body):
                yield from _written(body, path, _Scope(None))


def _block(block: Block, path: str, scope: _Scope) -> Iterator[Use]:
    call = block.call
    inner = scope
    if call.name in {"each", "with"} and call.args:
        yield from _value(call.args[0], path, scope, is_optional=True)
        name = _name(call.args[0], scope)
        item = None if name is None else (*name, ITEM) if call.name == "each" else name
        inner = _Scope(item, scope, {**scope.params, **dict(zip(call.params, (item, None), strict=False))}, scope.turn)
    elif call.args or call.named:
        for value in (*call.args, *call.named.values()):
            yield from _value(value, path, scope, is_optional=True)
    elif call.path is not None and (name := _name(call.path, scope)) is not None:
        yield Use(path, name, is_optional=True)
        inner = _Scope((*name, ANY), scope, scope.params, scope.turn)
    yield from _written(block.body, path, inner)
    yield from _written(block.inverse, path, scope)


def _value(value: Value, path: str, scope: _Scope, *, is_optional: bool) -> Iterator[Use]:
    match value:
        case Call(name="path" | "var", args=(Constant(value=str(text)), *_)):
            if steps := parse_path(text):
                yield Use(path, _absolute(steps, scope), is_optional=True)
        case Call(args=args, named=named) if args or named:
            optional = is_optional or value.name in {"default", "if", "and", "or", "not"}
            for part in (*args, *named.values()):
                yield from _value(part, path, scope, is_optional=optional)
        case Call(path=Lookup() as lookup):
            if name := _name(lookup, scope):
                yield Use(path, name, is_optional)
        case Lookup():
            if name := _name(value, scope):
                yield Use(path, name, is_optional)


def _name(value: Value, scope: _Scope) -> Name | None:  # noqa: PLR0911 (one case per kind of path)
    """Name what a value is looked up as, from the root; None when that is not known."""
    if isinstance(value, Call) and not value.args and not value.named and value.path is not None:
        return _name(value.path, scope)
    if not isinstance(value, Lookup):
        return None
    if value.start == "$":
        return _absolute(value.parts, scope)
    if value.start == "@":
        return _absolute(value.parts[1:], scope) if value.parts[:1] == ("root",) and len(value.parts) > 1 else None
    parts = value.parts
    if parts and not value.climbs and parts[0] in scope.params and not value.is_here:
        of = scope.params[parts[0]]
        return None if of is None else (*of, *parts[1:])
    at: _Scope | None = scope
    for _ in range(value.climbs):
        at = at.outer if at is not None else None
    if at is None or at.value is None:
        return None
    return (*at.value, *parts) if at.value else _absolute(parts, at)


def _absolute(steps: Name, scope: _Scope) -> Name:
    steps = steps[1:] if steps[:1] == ("$",) else steps
    if steps[:1] == ("item",) and scope.turn is not None:
        return (*scope.turn, *steps[1:])
    if not steps or steps[0] in KEPT or (steps[0] == "index" and scope.turn is not None):
        return steps
    return ("data", *steps)
