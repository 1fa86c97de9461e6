"""Writing parts of a template's draft: one element, or the words of one language (courier-api.md §10)."""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from litestar import Controller, get, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.notification_content import ContentAnswer, Mutation, element_sums, with_checksums
from tidings.api.notification_wire import State, check_content, version_name
from tidings.api.notifications import published_if
from tidings.errors import InvalidInput, NotFound
from tidings.templates import Template

Json = dict[str, Any]


class ElementBody(msgspec.Struct):
    """An element to put in place of the one with this id. Its fields stand in `data`; those left out stay."""

    type: str
    data: Json = {}
    channels: list[str] | None = None
    if_: Any = msgspec.field(name="if", default=None)
    loop: str | None = None
    ref: str | None = None
    state: State = "DRAFT"


class LocaleBody(msgspec.Struct):
    """Words in one language, by the ids of their elements."""

    elements: Annotated[list[Json], Meta(max_length=2_000)]
    state: State = "DRAFT"


class NotificationPartController(Controller):
    """Elements are named by their `id`."""

    path = "/notifications"
    tags = ("Notifications",)

    @get("/{notification_id:str}/draft/content", summary="Read a draft's content")
    async def draft_content(self, notification_id: FromPath[str], grant: Grant, services: Injected) -> ContentAnswer:
        """Answer Elemental with a checksum for each element."""
        content = (await services.templates.get(grant.environment_id, notification_id)).draft.content
        return ContentAnswer(version=content["version"], elements=with_checksums(content["elements"]))

    @put("/{notification_id:str}/elements/{element_id:str}", summary="Replace an element")
    async def element(
        self,
        notification_id: FromPath[str],
        element_id: FromPath[str],
        data: JSONBody[ElementBody],
        grant: Grant,
        services: Injected,
    ) -> Mutation:
        """Change one element of the draft; `state: PUBLISHED` publishes it at once."""
        template = await services.templates.get(grant.environment_id, notification_id)
        content = _copy(template)
        found = _named(content, element_id)
        kept = {key: value for key, value in found.items() if data.type == found["type"]}
        told = {"channels": data.channels, "if": data.if_, "loop": data.loop, "ref": data.ref}
        said = {**kept, **data.data, **{key: value for key, value in told.items() if value is not None}}
        found.clear()
        found.update({**said, "type": data.type, "id": element_id})
        return await _written(template, content, data.state, grant, services)

    @put("/{notification_id:str}/locales/{locale_id:str}", summary="Write a language's words")
    async def locale(
        self,
        notification_id: FromPath[str],
        locale_id: FromPath[str],
        data: JSONBody[LocaleBody],
        grant: Grant,
        services: Injected,
    ) -> Mutation:
        """Put words of a language onto elements of the draft. An id that no element has is refused."""
        template = await services.templates.get(grant.environment_id, notification_id)
        content = _copy(template)
        for index, words in enumerate(data.elements):
            if not isinstance(words.get("id"), str):
                raise InvalidInput("is required", path=f"elements[{index}].id")
            found = _named(content, words["id"])
            found["locales"] = {
                **(found.get("locales") or {}),
                locale_id: {key: value for key, value in words.items() if key not in {"id", "type"}},
            }
        return await _written(template, content, data.state, grant, services)


def _copy(template: Template) -> Json:
    """Take the draft's content as something that may be changed."""
    content: Json = msgspec.json.decode(msgspec.json.encode(template.draft.content))
    return content


def _named(content: Json, element_id: str) -> Json:
    for element in _each(content["elements"]):
        if element.get("id") == element_id:
            return element
    raise NotFound(f"the draft has no element {element_id!r}")


def _each(elements: list[Json]) -> Iterator[Json]:
    for element in elements:
        yield element
        yield from _each(element.get("elements") or [])


async def _written(template: Template, content: Json, state: str, grant: Grant, services: Injected) -> Mutation:
    check_content(content, new=False, path="content")
    now = services.clock.now_ms()
    draft = msgspec.structs.replace(template.draft, content=content, created=now, creator=grant.key_id)
    template = await services.templates.replace(grant.environment_id, draft, aliases=None)
    template = await published_if(state, template, grant, services)
    published = state.upper() == "PUBLISHED" and template.published_version
    return Mutation(
        id=template.id,
        version=version_name(published) if published else "draft",
        state=template.state,
        elements=element_sums(content["elements"]),
    )
