"""Translations, as gettext's `.po` text (courier-api.md §16)."""

import re
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, put
from litestar.params import FromPath

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.operation import documented_text
from tidings.errors import InvalidInput
from tidings.translations import Messages, read_po

_LOCALE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}\Z")
_EXAMPLE = 'msgid "Hello"\nmsgstr "Hallo"\n'


class TranslationController(Controller):
    """Catalogues for the helper `t`, one for each locale; `default` speaks where no other does."""

    path = "/translations"
    tags = ("Translations",)

    @get("/{domain:str}/{locale:str}", summary="Read a catalogue")
    async def retrieve(
        self, domain: FromPath[str], locale: FromPath[str], grant: Grant, services: Injected
    ) -> Response[str]:
        """Answer the `.po` text as it was sent."""
        _check(domain, locale)
        found = await services.translations.get(grant.environment_id, domain, locale)
        return Response(found.text, media_type="text/plain; charset=utf-8")

    @put(
        "/{domain:str}/{locale:str}",
        status_code=204,
        summary="Replace a catalogue",
        operation_class=documented_text(_EXAMPLE),
    )
    async def update(
        self,
        domain: FromPath[str],
        locale: FromPath[str],
        request: Request[Any, Any, Any],
        grant: Grant,
        services: Injected,
    ) -> None:
        """Take `.po` text, as it is or as a JSON string."""
        _check(domain, locale)
        text = _text(await request.body())
        read_po(text)
        await services.translations.put(
            Messages(
                environment_id=grant.environment_id,
                domain=domain,
                locale=locale,
                text=text,
                updated=services.clock.now_ms(),
            )
        )
        services.wakeup.wake("config")


def _check(domain: str, locale: str) -> None:
    if domain != "default":
        raise InvalidInput("the only domain is default", path="domain")
    if locale != "default" and not _LOCALE.match(locale):
        raise InvalidInput("is a locale such as de or pt-BR, or default", path="locale")


def _text(body: bytes) -> str:
    """Courier's clients send the text as a JSON string; files come as they are."""
    if body[:1] == b'"':
        try:
            return msgspec.json.decode(body, type=str)
        except msgspec.DecodeError:
            pass
    return body.decode()
