"""Draws a brand before it is saved, so that it can be drawn when messages are sent."""

import re
from collections.abc import Sequence
from typing import Any

from tidings.brands import Brand, BrandSettings, Layout, Snippet, check_settings
from tidings.elemental import parse
from tidings.errors import InvalidInput
from tidings.rendering.brand_look import BrandLook, is_css
from tidings.rendering.email import CompiledEmail
from tidings.rendering.html_documents import cleaned_document
from tidings.rendering.manner import check_snippet
from tidings.rendering.mjml import MjmlError, check_part
from tidings.rendering.render_error import RenderError
from tidings.rendering.tags import Tags
from tidings.rendering.urls import is_settled, safe_url

_WORDS = {"version": "2022-01-01", "elements": [{"type": "text", "content": "Words"}]}
_OVERRIDE = "email.templateOverride"
_FORM = re.compile(r"(?i)<\s*form\b")
_TAG = re.compile(r"<(?!/?style\b)[^>]*", re.IGNORECASE)


def check_brought(brand: Brand, *, path: str) -> None:
    """Check a brand that something else brought along. Raises `InvalidInput` with the path."""
    check_brand(brand.settings, path=f"{path}.settings")
    check_snippets(brand.snippets, path=f"{path}.snippets")


def check_snippets(snippets: Sequence[Snippet], *, path: str = "snippets") -> None:
    """Check that snippets are templates. Raises `InvalidInput` with the path of the first that is none."""
    for index, snippet in enumerate(snippets):
        try:
            check_snippet(snippet.value)
        except RenderError as error:
            raise InvalidInput(error.detail, path=f"{path}.items[{index}].value") from None


def check_brand(raw: dict[str, Any], *, path: str = "settings") -> None:
    """Check settings. Raises `InvalidInput` with the path of the first thing that could not be drawn."""
    settings = check_settings(raw, path=path)
    _check_addresses(settings, path)
    _check_styles(settings.email.head.content, f"{path}.email.head.content")
    override = settings.email.template_override
    _check_layout(override, f"{path}.{_OVERRIDE}", mjml=False)
    _check_layout(override.mjml, f"{path}.{_OVERRIDE}.mjml", mjml=True)
    # What is switched off may be half written: only what would be drawn must be whole.
    try:
        CompiledEmail(parse(_WORDS, path=""), brand=BrandLook(settings))
    except RenderError as error:
        place = error.path.removeprefix("brand")
        raise InvalidInput(error.detail, path=path + place if place != error.path else path) from None


def _check_addresses(settings: BrandSettings, path: str) -> None:
    header, social = settings.email.header, settings.email.footer.social
    found = {"header.logo.image": header.logo.image, "header.logo.href": header.logo.href}
    for name in social.__struct_fields__:
        found[f"footer.social.{name}.url"] = link.url if (link := getattr(social, name)) is not None else None
    for place, url in found.items():
        if url and not _leads(url, web_only=place.endswith("image")):
            told = "must be an address that begins with https:// or http://"
            raise InvalidInput(told, path=f"{path}.email.{place}")


def _leads(url: str, *, web_only: bool) -> bool:
    """Tell whether an address may lead somewhere; one that a variable begins is looked at when it is printed."""
    if url.lstrip().startswith("{"):
        return True
    safe = is_settled(url) if "{" in url else safe_url(url) is not None
    return safe and (not web_only or url.strip().lower().startswith("http"))


def _check_styles(css: str | None, path: str) -> None:
    if css and (not is_css(css) or _TAG.search(css)):
        raise InvalidInput("may hold styles and nothing else: no tags but <style>, no comments of HTML", path=path)


def _check_layout(layout: Layout, path: str, *, mjml: bool) -> None:
    if not layout.enabled:
        return
    if not mjml:
        _check_styles(layout.head, f"{path}.head")
    for part in ("head", "header", "footer"):
        source, where = getattr(layout, part), f"{path}.{part}"
        if not source:
            continue
        if _FORM.search(source) or cleaned_document(source) != source:
            raise InvalidInput("may hold nothing that acts: no scripts, handlers, frames or forms", path=where)
        if mjml:
            _check_mjml(source, where, in_head=part == "head")


def _check_mjml(source: str, path: str, *, in_head: bool) -> None:
    try:
        check_part(Tags(source, path, single=False).marked, in_head=in_head)
    except RenderError as error:
        raise InvalidInput(error.detail, path=path) from None
    except MjmlError as error:
        raise InvalidInput(f"is not valid MJML: {error}", path=path) from None
