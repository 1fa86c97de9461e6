"""The suppression list: ours, Courier has none."""

from typing import Annotated

import msgspec
from litestar import Controller, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.paging import LIMIT, Cursor, Limit, Listing, listing
from tidings.api.permission import of_area
from tidings.clock import iso
from tidings.suppressions import Given, Kind, Suppression, address_of


class SuppressionBody(msgspec.Struct):
    """An address or a user to send nothing more to."""

    address: str
    """`email:ann@example.com`, `phone:+4930…` or `user:ann`."""
    kind: Given = "manual"
    detail: Annotated[str, Meta(max_length=500)] = ""


class SuppressionAnswer(msgspec.Struct):
    """What is on the list, and why."""

    address: str
    kind: Kind
    detail: str
    created: str


class SuppressionController(Controller):
    """Who gets nothing more."""

    path = "/suppressions"
    tags = ("Preferences",)
    opt = of_area("Profiles")  # what a user wants is about the user

    @get(summary="List suppressions")
    async def page(
        self, grant: Grant, services: Injected, cursor: Cursor = None, limit: Limit = LIMIT
    ) -> Listing[SuppressionAnswer]:
        """List by address."""
        return listing(await services.suppressions.page(grant.environment_id, limit=limit, cursor=cursor), _shown)

    @post(status_code=200, summary="Put an address on the list")
    async def add(self, data: JSONBody[SuppressionBody], grant: Grant, services: Injected) -> SuppressionAnswer:
        """One that is on it already stays as it is."""
        address = read_address(data.address)
        wanted = Suppression(
            environment_id=grant.environment_id,
            address=address,
            kind=data.kind,
            detail=data.detail,
            created=services.clock.now_ms(),
        )
        await services.suppressions.add([wanted])
        return _shown(await services.suppressions.get(grant.environment_id, address))

    @get("/{address:str}", summary="Read a suppression")
    async def retrieve(self, address: FromPath[str], grant: Grant, services: Injected) -> SuppressionAnswer:
        """Answer 404 when the address is not on the list."""
        return _shown(await services.suppressions.get(grant.environment_id, read_address(address)))

    @delete("/{address:str}", summary="Take an address off the list")
    async def remove(self, address: FromPath[str], grant: Grant, services: Injected) -> None:
        """Answer 404 when it is not on it, 409 when a regulation put it there."""
        await services.suppressions.remove(grant.environment_id, read_address(address))


def read_address(text: str) -> str:
    """Read an address as people write it. Raises `InvalidInput`."""
    kind, _, value = text.partition(":")
    return address_of(kind, value)


def _shown(item: Suppression) -> SuppressionAnswer:
    return SuppressionAnswer(item.address, item.kind, item.detail, iso(item.created))
