"""The gatekeeper and the explainer, put together: the worker judges with the one, API and CLI explain with both."""

from collections.abc import Sequence

from tidings.app.installation import Installation
from tidings.pipeline.digesting import Digesting
from tidings.pipeline.environments import Environments
from tidings.pipeline.explain import Archive, StoredExplainer
from tidings.pipeline.gatekeeper import Gatekeeper
from tidings.pipeline.shared import SharedBodies
from tidings.pipeline.tenancy import Tenancy
from tidings.workspaces import Environment


def gatekeeper_of(installation: Installation) -> Gatekeeper:
    """Put the gatekeeper together."""
    return Gatekeeper(
        shared=SharedBodies(installation.expansions),
        digesting=Digesting(installation.digests),
        preferences=installation.preferences,
        suppressions=installation.suppressions,
        rules=installation.rules,
    )


def environments_of(installation: Installation) -> Environments:
    """Put together what knows the environments, also those that are made while a worker runs."""

    async def read() -> Sequence[Environment]:
        return installation.as_set_up(await installation.api_keys.environments())

    return Environments(installation.environments, read=read)


def tenancy_of(installation: Installation) -> Tenancy:
    """Put together what reads templates in somebody's name."""
    return Tenancy(installation.templates, installation.tenants, installation.tenant_templates)


def explainer_of(installation: Installation) -> StoredExplainer:
    """Put the explainer together."""
    return StoredExplainer(
        archive=Archive(
            installation.messages,
            installation.events,
            tenancy_of(installation),
            installation.profiles,
            environments_of(installation),
        ),
        gatekeeper=gatekeeper_of(installation),
        providers=installation.fleet,
        clock=installation.clock,
    )
