"""A template, read."""

from typing import TypeAlias

import msgspec


class Constant(msgspec.Struct, frozen=True):
    """A value written in the template."""

    value: str | int | float | bool | None


class Lookup(msgspec.Struct, frozen=True):
    """A path: from the scope, `climbs` scopes further out, from `@`, or with `$` from the root."""

    parts: tuple[str, ...]
    climbs: int = 0
    start: str = ""
    """`@`, `$` or empty."""
    is_here: bool = False
    """It begins with `this`: only the scope's value is looked at, and no name of a block's."""


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


class Partial(msgspec.Struct, frozen=True):
    """`{{> name context key=value}}`; with a body, `{{#> name}}body{{/name}}`, what stands there when it is missing."""

    name: "str | Value"
    context: "Value | None" = None
    named: dict[str, "Value"] = {}
    indent: str = ""
    body: "tuple[Node, ...] | None" = None


class Inline(msgspec.Struct, frozen=True):
    """`{{#*inline "name"}}body{{/inline}}`: a partial of the template's own."""

    name: str
    body: tuple["Node", ...]


Node: TypeAlias = str | Print | Block | Partial | Inline
