"""Reads Handlebars. The grammar, its whitespace rules and its refusals are the library's; the tree is ours.

Only this file knows the library. It parses just as Handlebars.js does, but its renderer has no bounds and takes
hundreds of microseconds (docs/adr/0004-template-language.md), so what it read is played by `handlebars.py`.
"""

from typing import Any, TypeAlias

import msgspec
from dotpromptz_handlebars import Block as LibraryBlock
from dotpromptz_handlebars import Mustache
from dotpromptz_handlebars import Text as LibraryText

# The parser stands behind an underscore in 0.2; the dependency is held below 0.3, and the property tests compare what
# we play with what the library renders.
from dotpromptz_handlebars._render import _call, _number, _parts, compile_template

from tidings.rendering.render_error import RenderError

SOURCE_MAX = 1024 * 1024
"""Characters of one template: twice what content may have, for the markup around it."""
_NESTING_MAX = 32
_BOOLEANS = {"true": True, "false": False}


class Constant(msgspec.Struct, frozen=True):
    """A value written in the template."""

    value: str | int | float | bool


class Lookup(msgspec.Struct, frozen=True):
    """A path: from the scope, `climbs` scopes further out, from `@`, or with `$` from the root."""

    parts: tuple[str, ...]
    climbs: int = 0
    start: str = ""
    """`@`, `$` or empty."""


class Call(msgspec.Struct, frozen=True):
    """A helper with its arguments; or, without arguments, maybe a path: the vocabulary decides."""

    name: str
    args: tuple["Value", ...] = ()
    named: dict[str, "Value"] = {}
    params: tuple[str, ...] = ()
    path: "Value | None" = None
    """What the name means as a value; None when only a helper can be meant."""


Value: TypeAlias = Constant | Lookup | Call


class Print(msgspec.Struct, frozen=True):
    """`{{call}}`; raw is `{{{call}}}`."""

    call: Call
    raw: bool


class Block(msgspec.Struct, frozen=True):
    """`{{#call}}body{{else}}inverse{{/call}}`."""

    call: Call
    body: tuple["Node", ...]
    inverse: tuple["Node", ...]


Node: TypeAlias = str | Print | Block


def parse(source: str, *, path: str = "") -> tuple[Node, ...]:
    """Parse a template. Raises `RenderError` at `path`."""
    if len(source) > SOURCE_MAX:
        raise RenderError(path, f"a template may have {SOURCE_MAX} characters at most")
    try:
        return _nodes(compile_template(source, max_depth=_NESTING_MAX))
    except RecursionError:
        raise RenderError(path, f"blocks may be {_NESTING_MAX} deep at most") from None
    # IndexError: the library's parser runs off tags such as {{/}}.
    except (ValueError, IndexError) as error:
        raise RenderError(path, f"not a valid template: {str(error)[:200] or 'a tag is incomplete'}") from None


def _nodes(read: list[Any]) -> tuple[Node, ...]:
    return tuple(_node(node) for node in read)


def _node(node: Any) -> Node:
    match node:
        case LibraryText(value=text):
            return str(text)
        case Mustache(call=call, raw=raw):
            return Print(_call_of(call), raw)
        case LibraryBlock(call=call, body=body, inverse=inverse):
            return Block(_call_of(call), _nodes(body), _nodes(inverse))
    raise ValueError("partials are not supported yet")


def _call_of(call: dict[str, Any], depth: int = 0) -> Call:
    return Call(
        call["name"],
        tuple(_value(token, depth) for token in call["args"]),
        {name: _value(token, depth) for name, token in call["hash"].items()},
        tuple(call["params"]),
        None if call["literal"] else _value(call["name"], depth),
    )


def _value(token: str, depth: int) -> Value:
    if token.startswith("(") and token.endswith(")"):
        if depth >= _NESTING_MAX:
            raise ValueError(f"subexpressions may be {_NESTING_MAX} deep at most")
        return _call_of(_call(token[1:-1].strip()), depth + 1)
    if len(token) >= 2 and token[0] == token[-1] and token[0] in "\"'":
        return Constant(token[1:-1].replace("\\" + token[0], token[0]))
    if token in _BOOLEANS:
        return Constant(_BOOLEANS[token])
    number = _number(token)
    return _lookup(token) if number is None else Constant(number)


def _lookup(token: str) -> Lookup:
    if token.startswith("@"):
        return Lookup(tuple(_parts(token[1:])), start="@")
    parts = _parts(token)
    if parts and parts[0] == "$":
        return Lookup(tuple(part.strip("\"'") for part in parts[1:]), start="$")
    climbs = 0
    while climbs < len(parts) and parts[climbs] == "..":
        climbs += 1
    return Lookup(tuple(parts[climbs:]), climbs)
