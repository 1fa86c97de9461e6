"""The gatekeeper and the explainer, put together: the worker judges with the one, API and CLI explain with both."""

from tidings.app.installation import Installation
from tidings.pipeline.digesting import Digesting
from tidings.pipeline.explain import Archive, StoredExplainer
from tidings.pipeline.gatekeeper import Gatekeeper
from tidings.pipeline.shared import SharedBodies
from tidings.pipeline.tenancy import Tenancy


def gatekeeper_of(installation: Installation) -> Gatekeeper:
    """Put the gatekeeper together."""
    return Gatekeeper(
        shared=SharedBodies(installation.expansions),
        digesting=Digesting(installation.digests),
        preferences=installation.preferences,
        suppressions=installation.suppressions,
        rules=installation.rules,
    )


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
            {environment.id: environment for environment in installation.environments},
        ),
        gatekeeper=gatekeeper_of(installation),
        providers=installation.fleet,
        clock=installation.clock,
    )
