"""Documents bodies that a handler reads by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar.openapi.spec import OpenAPIMediaType, Operation, Reference, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType


def documented_as(component: str, example: dict[str, Any]) -> type[Operation]:
    """Make the operation of a handler whose body is a component of the description (`send_schemas`)."""

    @dataclass
    class Documented(Operation):
        def __post_init__(self) -> None:
            media = OpenAPIMediaType(schema=Reference(ref=f"#/components/schemas/{component}"), example=example)
            self.request_body = RequestBody(required=True, content={"application/json": media})

    return Documented


def documented_bytes(media_types: Sequence[str]) -> type[Operation]:
    """Make the operation of a handler whose body is a file, as it is."""

    @dataclass
    class Documented(Operation):
        def __post_init__(self) -> None:
            media = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY))
            self.request_body = RequestBody(required=True, content=dict.fromkeys(media_types, media))

    return Documented


def documented_text(example: str) -> type[Operation]:
    """Make the operation of a handler whose body is text, as it is or as a JSON string."""

    @dataclass
    class Documented(Operation):
        def __post_init__(self) -> None:
            media = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, example=example))
            self.request_body = RequestBody(required=True, content={"application/json": media, "text/plain": media})

    return Documented


def documented_form(examples: Mapping[str, str]) -> type[Operation]:
    """Make the operation of a handler whose body is a form of these fields, each given with an example."""

    @dataclass
    class Documented(Operation):
        def __post_init__(self) -> None:
            fields: dict[str, Reference | Schema] = {
                name: Schema(type=OpenAPIType.STRING, example=example) for name, example in examples.items()
            }
            form = Schema(type=OpenAPIType.OBJECT, properties=fields, required=list(examples))
            media = OpenAPIMediaType(schema=form)
            self.request_body = RequestBody(required=True, content={"application/x-www-form-urlencoded": media})

    return Documented
