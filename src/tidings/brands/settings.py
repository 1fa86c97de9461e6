"""A brand's settings, as far as we read them (courier-api.md §9). camelCase, as Courier writes them."""

from typing import Annotated, Any, Literal

import msgspec

from tidings.elemental.style import ALLOWED, Color
from tidings.errors import InvalidInput, TooLarge

BYTES_MAX = 256 * 1024
"""Of settings as JSON; whole layouts may stand in them."""
_Text = Annotated[str, msgspec.Meta(max_length=64 * 1024)]
_Url = Annotated[str, msgspec.Meta(max_length=2_000)]
_WIDTH = r"^\d{3,4}(?:px)?\Z"


_ALLOWED = {**ALLOWED, _WIDTH: "a width in pixels, such as 600 or 600px"}


class Logo(msgspec.Struct, frozen=True):
    """A picture, and where it leads."""

    image: _Url | None = None
    href: _Url | None = None


class Header(msgspec.Struct, frozen=True, rename="camel"):
    """Above the words."""

    bar_color: Color | None = None
    logo: Logo = Logo()
    inherit_default: bool | None = None


class Head(msgspec.Struct, frozen=True, rename="camel"):
    """Styles of its own."""

    content: _Text | None = None
    inherit_default: bool | None = None


class Link(msgspec.Struct, frozen=True):
    """One address."""

    url: _Url | None = None


class Social(msgspec.Struct, frozen=True):
    """Where it is to be found."""

    facebook: Link | None = None
    instagram: Link | None = None
    linkedin: Link | None = None
    medium: Link | None = None
    twitter: Link | None = None


class Footer(msgspec.Struct, frozen=True, rename="camel"):
    """Below the words. `content` is the older name of `markdown`."""

    markdown: _Text | None = None
    content: _Text | None = None
    social: Social = Social()
    inherit_default: bool | None = None


class Layout(msgspec.Struct, frozen=True, rename="camel"):
    """A layout of its own."""

    enabled: bool = False
    background_color: Color | None = None
    blocks_background_color: Color | None = None
    footer_background_color: Color | None = None
    width: Annotated[str, msgspec.Meta(pattern=_WIDTH)] | Annotated[int, msgspec.Meta(ge=100, le=9999)] | None = None
    head: _Text | None = None
    header: _Text | None = None
    footer: _Text | None = None
    footer_full_width: bool | None = None


class Override(Layout, frozen=True, rename="camel"):
    """A layout in HTML, and one in MJML, which is taken while both are enabled."""

    mjml: Layout = Layout()


class Email(msgspec.Struct, frozen=True, rename="camel"):
    """How emails look."""

    header: Header = Header()
    head: Head = Head()
    footer: Footer = Footer()
    template_override: Override = Override()
    background_color: Color | None = None
    blocks_background_color: Color | None = None
    footer_background_color: Color | None = None


class Inapp(msgspec.Struct, frozen=True, rename="camel"):
    """How the inbox looks: kept for its clients, who read more of it than we do."""

    placement: Literal["top", "bottom", "left", "right"] | None = None


class BrandSettings(msgspec.Struct, frozen=True):
    """All of it."""

    colors: dict[Annotated[str, msgspec.Meta(max_length=64)], Color] = {}
    """Templates name them as `{brand.colors.primary}`; primary colours buttons and links."""
    email: Email = Email()
    inapp: Inapp = Inapp()


def read_settings(raw: dict[str, Any], *, path: str = "settings") -> BrandSettings:
    """Read settings. Raises `InvalidInput` with the path of what is wrong."""
    if len(msgspec.json.encode(raw)) > BYTES_MAX:
        raise TooLarge(f"settings may have {BYTES_MAX} bytes at most", path=path)
    try:
        return msgspec.convert(_without_nulls(raw), BrandSettings)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        told = next((f"must be {allowed}" for pattern, allowed in _ALLOWED.items() if repr(pattern) in what), what)
        raise InvalidInput(told.replace("`", ""), path=path + where.removesuffix("`")) from None


def _without_nulls(value: Any) -> Any:
    """Courier's clients send null for what is not set."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None and item != ""}
    return value
