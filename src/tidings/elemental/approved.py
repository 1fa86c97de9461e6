"""Templates that WhatsApp approved, as Meta's Cloud API names them and their values.

https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-message-templates, seen 2026-11.
"""

from typing import Annotated, Any, Literal

import msgspec

NAME = r"^[a-z0-9_]{1,512}\Z"


class ApprovedLanguage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A language as the Cloud API writes it."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    policy: Literal["deterministic"] | None = None


class ApprovedParameter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The value of a variable, each kind in the field that bears its name."""

    type: Literal[
        "text", "currency", "date_time", "image", "video", "document", "location", "payload", "coupon_code", "action"
    ]
    parameter_name: str | None = None
    text: str | None = None
    currency: dict[str, Any] | None = None
    date_time: dict[str, Any] | None = None
    image: dict[str, Any] | None = None
    video: dict[str, Any] | None = None
    document: dict[str, Any] | None = None
    location: dict[str, Any] | None = None
    payload: str | None = None
    coupon_code: str | None = None
    action: dict[str, Any] | None = None


class ApprovedComponent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The values of one part of an approved template."""

    type: Literal["header", "body", "button"]
    sub_type: Literal["quick_reply", "url", "copy_code", "flow", "catalog"] | None = None
    """Of a button."""
    index: Annotated[int, msgspec.Meta(ge=0, le=9)] | Annotated[str, msgspec.Meta(pattern=r"^[0-9]\Z")] | None = None
    """Which button, from 0."""
    parameters: Annotated[tuple[ApprovedParameter, ...], msgspec.Meta(max_length=100)] = ()


class Approved(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A template that WhatsApp approved, with values for its variables."""

    name: Annotated[str, msgspec.Meta(pattern=NAME)]
    language: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | ApprovedLanguage
    components: Annotated[tuple[ApprovedComponent, ...], msgspec.Meta(max_length=20)] = ()


def lacking(approved: Approved) -> tuple[str, str] | None:
    """Find what is missing: the place within, and what must be there. None when it is whole."""
    for index, component in enumerate(approved.components):
        at = f"components[{index}]"
        if component.type == "button":
            for field in ("sub_type", "index"):
                if getattr(component, field) is None:
                    return f"{at}.{field}", "is required for a button"
        for place, parameter in enumerate(component.parameters):
            if getattr(parameter, parameter.type) is None:
                return f"{at}.parameters[{place}].{parameter.type}", f"is required where the type is {parameter.type}"
    return None
