"""How a request to send is described: by the struct that checks it. The handler reads the body by itself."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
from litestar.openapi.spec import Components, Schema

from tidings.ingest.send import SendMessage

BODY = "SendBody"
_PREFIX = "#/components/schemas/"


class SendBody(msgspec.Struct):
    """A request to send."""

    message: SendMessage


@dataclass
class _Written(Schema):
    """A schema that was written already."""

    written: dict[str, Any] = field(default_factory=dict)

    def to_schema(self) -> dict[str, Any]:
        """Give it as it is."""
        return self.written


class Described(Components):
    """Components that keep these schemas when those that handlers name are put in."""

    def __setattr__(self, name: str, value: Any) -> None:
        """Put a field in; schemas beside our own."""
        super().__setattr__(name, {**_schemas(), **(value or {})} if name == "schemas" else value)


def _schemas() -> dict[str, Schema]:
    """Describe `SendBody` and its parts, each under a name that no other schema has."""
    _, found = msgspec.json.schema_components([SendBody], ref_template=_PREFIX + "{name}")
    return {_named(name): _Written(written=_renamed(schema)) for name, schema in found.items()}


def _named(name: str) -> str:
    return name if name.startswith("Send") else f"Send{name.lstrip('_')}"


def _renamed(schema: Any) -> Any:
    """Give parts their names. A default of null goes: what may be null may be left out."""
    match schema:
        case dict():
            said = {key: value for key, value in schema.items() if key != "default" or value is not None}
            if said == {"type": "object"}:
                return {**said, "additionalProperties": True}
            return {key: _reference(value) if key == "$ref" else _renamed(value) for key, value in said.items()}
        case list():
            return [_renamed(value) for value in schema]
    return schema


def _reference(to: str) -> str:
    return _PREFIX + _named(to.removeprefix(_PREFIX))
