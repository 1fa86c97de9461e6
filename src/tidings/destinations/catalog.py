"""Every kind of destination: one line each, and what can be known from its settings struct."""

import types
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import inspect

from tidings.destinations.courier import Courier
from tidings.destinations.courier_cloud import CourierCloud
from tidings.destinations.courier_source import CourierSource
from tidings.destinations.kind import DestinationSettings, Kind
from tidings.destinations.outbound_webhook import OutboundWebhook
from tidings.destinations.segment import Segment
from tidings.destinations.webhook import Webhook
from tidings.errors import InvalidInput

MASK = "********"
"""What stands for a secret wherever settings are shown."""
SETTINGS_MAX = 50

CATALOG: Mapping[str, Kind[Any]] = types.MappingProxyType(
    {kind.key: kind for kind in (Courier(), CourierCloud(), CourierSource(), OutboundWebhook(), Segment(), Webhook())}
)


def kind_of(key: str) -> Kind[Any]:
    """Find a kind. Raises `InvalidInput` naming those there are."""
    kind = CATALOG.get(key)
    if kind is None:
        raise InvalidInput(f"there is no kind {key[:80]!r}; there are {', '.join(sorted(CATALOG))}", path="kind")
    return kind


def entries() -> list[dict[str, Any]]:
    """List every kind as `GET /destinations/catalog` shows it."""
    return [catalog_entry(key) for key in CATALOG]


def catalog_entry(key: str) -> dict[str, Any]:
    """Describe one kind."""
    kind = kind_of(key)
    return {
        "kind": key,
        "name": kind.name,
        "integration": kind.integration,
        "description": kind.description,
        "partner_owned": kind.partner_owned,
        "reads": kind.reads,
        "types": sorted(kind.types),
        "settings": {field.name: _described(field) for field in _fields(kind.settings)},
    }


def decode_settings(key: str, settings: Mapping[str, Any]) -> DestinationSettings:
    """Read a kind's settings. What is empty counts as not given.

    Raises `InvalidInput` naming the setting that is missing, odd or unknown: never its value, which may be a secret.
    """
    kind = kind_of(key)
    if len(settings) > SETTINGS_MAX:
        raise InvalidInput(f"a destination has {SETTINGS_MAX} settings at most", path="settings")
    given = {name: value for name, value in settings.items() if value not in (None, "")}
    fields = {field.name: field for field in _fields(kind.settings)}
    for name in given:
        if name not in fields:
            known = ", ".join(fields) or "none"
            raise InvalidInput(f"{key} has no such setting; it has {known}", path=f"settings.{name[:80]}")
    for name, field in fields.items():
        if name not in given:
            if field.required:
                raise InvalidInput(f"{key} needs it", path=f"settings.{name}")
            continue
        _check_one(kind, field, given[name])
    return msgspec.convert(given, kind.settings)


def masked(key: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Show settings with every secret as `********`; of a mapping, the keys may be seen."""
    kind = CATALOG.get(key)
    secret = {field.name for field in _fields(kind.settings) if _is_secret(field)} if kind else set(settings)
    return {
        name: value if name not in secret else dict.fromkeys(value, MASK) if isinstance(value, dict) else MASK
        for name, value in settings.items()
        if value not in (None, "")
    }


def unmasked(settings: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Put stored secrets back where settings that were shown masked are written again unchanged."""

    def back(value: Any, old: Any) -> Any:
        if value == MASK:
            return "" if old is None else old
        if isinstance(value, dict) and isinstance(old, dict):
            return {name: back(inner, old.get(name)) for name, inner in value.items()}
        return value

    return {name: back(value, stored.get(name)) for name, value in settings.items()}


def _fields(kind: type[DestinationSettings]) -> tuple[inspect.Field, ...]:
    found = inspect.type_info(kind)
    assert isinstance(found, inspect.StructType)  # noqa: S101 - for the type checker
    return found.fields


def _check_one(kind: Kind[Any], field: inspect.Field, value: Any) -> None:
    """Check one setting by itself, so that the refusal can name it."""
    hints = {hint.name: hint.type for hint in msgspec.structs.fields(kind.settings)}
    try:
        msgspec.convert(value, hints[field.name])
    except msgspec.ValidationError:
        allowed = _described(field)
        words = (
            f"one of {', '.join(allowed['values'])}" if "values" in allowed else f"a {allowed['type']} in its bounds"
        )
        raise InvalidInput(f"must be {words}", path=f"settings.{field.name}") from None


def _is_secret(field: inspect.Field) -> bool:
    return isinstance(field.type, inspect.Metadata) and bool((field.type.extra or {}).get("secret"))


def _described(field: inspect.Field) -> dict[str, Any]:
    annotated = field.type if isinstance(field.type, inspect.Metadata) else None
    described: dict[str, Any] = {"type": "string", "required": field.required}
    match annotated.type if annotated else field.type:
        case inspect.BoolType():
            described["type"] = "boolean"
        case inspect.IntType() | inspect.FloatType():
            described["type"] = "number"
        case inspect.DictType():
            described["type"] = "object"
        case inspect.LiteralType(values=values):
            described |= {"type": "enum", "values": [str(value) for value in values]}
        case _:
            pass
    if annotated and annotated.extra_json_schema:
        described["description"] = annotated.extra_json_schema.get("description", "")
    if not field.required and field.default is not msgspec.NODEFAULT and field.default not in ("", None):
        described["default"] = field.default
    if _is_secret(field):
        described["secret"] = True
    return described
