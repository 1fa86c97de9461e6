"""What an FQL expression is made of."""

from typing import Literal

import msgspec

Operator = Literal["=", "!=", ">", ">=", "<", "<=", "in"]


class Everything(msgspec.Struct, frozen=True, tag="all"):
    """`all`: matches every call."""


class Path(msgspec.Struct, frozen=True, tag="path"):
    """A place in the call; null when nothing is there."""

    parts: tuple[str, ...]


class Constant(msgspec.Struct, frozen=True, tag="constant"):
    """A value written in the expression."""

    value: str | int | float | bool | None


class Many(msgspec.Struct, frozen=True, tag="list"):
    """A list written in the expression."""

    items: tuple["Node", ...]


class Function(msgspec.Struct, frozen=True, tag="function"):
    """A function and what it is given."""

    name: str
    arguments: tuple["Node", ...]


class Not(msgspec.Struct, frozen=True, tag="not"):
    """The opposite: true unless the part is true."""

    of: "Node"


class AllOf(msgspec.Struct, frozen=True, tag="and"):
    """True when every part is."""

    of: tuple["Node", ...]


class AnyOf(msgspec.Struct, frozen=True, tag="or"):
    """True when one part is."""

    of: tuple["Node", ...]


class Compare(msgspec.Struct, frozen=True, tag="compare"):
    """Two values compared."""

    left: "Node"
    op: Operator
    right: "Node"


Node = Everything | Path | Constant | Many | Function | Not | AllOf | AnyOf | Compare
