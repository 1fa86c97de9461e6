"""Environments of the workspace: closed worlds, each with its own keys, templates, users and logs."""

from typing import Annotated

import msgspec
from litestar import Controller, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from tidings.api.authentication import Grant, people_guard
from tidings.api.injected import Injected
from tidings.api.paging import Listing, whole
from tidings.api.services import keys_changed
from tidings.workspaces import ENVIRONMENT_NAME, Delivery, Environment

EnvironmentName = Annotated[str, Meta(pattern=ENVIRONMENT_NAME, description="Such as `staging`.")]


class EnvironmentBody(msgspec.Struct):
    """An environment to make."""

    name: EnvironmentName
    delivery: Delivery = "simulated"
    """`live` hands messages to providers; `simulated` keeps them in the outbox. It stays as it was made."""


class EnvironmentPatch(msgspec.Struct):
    """What is to change."""

    name: EnvironmentName


class EnvironmentAnswer(msgspec.Struct):
    """An environment."""

    id: int
    name: str
    delivery: Delivery


class EnvironmentController(Controller):
    """What the workspace holds. A key may look; they are made and renamed by people."""

    path = "/environments"
    tags = ("Environments",)

    @get(summary="List environments")
    async def all(self, grant: Grant, services: Injected) -> Listing[EnvironmentAnswer]:
        """List the workspace's environments, oldest first."""
        everything = await services.api_keys.environments()
        return whole([each for each in everything if each.workspace_id == grant.workspace_id], _shown)

    @post(status_code=201, summary="Make an environment", guards=[people_guard])
    async def create(self, data: JSONBody[EnvironmentBody], grant: Grant, services: Injected) -> EnvironmentAnswer:
        """Make an empty one. It has no keys and no sources yet, and is never deleted."""
        made = await services.api_keys.add_environment(grant.workspace_id, data.name, data.delivery)
        await keys_changed(services)
        return _shown(made)

    @patch("/{environment_id:int}", summary="Rename an environment", guards=[people_guard])
    async def rename(
        self, environment_id: FromPath[int], data: JSONBody[EnvironmentPatch], grant: Grant, services: Injected
    ) -> EnvironmentAnswer:
        """Give it another name. Its keys go on opening it, whatever name their prefix has."""
        renamed = await services.api_keys.rename_environment(grant.workspace_id, environment_id, data.name)
        await keys_changed(services)
        return _shown(renamed)


def _shown(environment: Environment) -> EnvironmentAnswer:
    return EnvironmentAnswer(environment.id, environment.name, environment.delivery)
