"""Documents bodies that a handler reads by itself."""

from dataclasses import dataclass
from typing import Any

from litestar.openapi.spec import OpenAPIMediaType, Operation, Reference, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType


def documented_body(example: dict[str, Any]) -> type[Operation]:
    """Make the operation of a handler whose body looks like the example."""

    @dataclass
    class Documented(Operation):
        def __post_init__(self) -> None:
            properties: dict[str, Reference | Schema] = {
                key: Schema(type=OpenAPIType.OBJECT, additional_properties=True) for key in example
            }
            schema = Schema(type=OpenAPIType.OBJECT, required=list(example), properties=properties, example=example)
            self.request_body = RequestBody(
                required=True, content={"application/json": OpenAPIMediaType(schema=schema)}
            )

    return Documented


def documented_text(example: str) -> type[Operation]:
    """Make the operation of a handler whose body is text, as it is or as a JSON string."""

    @dataclass
    class Documented(Operation):
        def __post_init__(self) -> None:
            media = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, example=example))
            self.request_body = RequestBody(required=True, content={"application/json": media, "text/plain": media})

    return Documented
