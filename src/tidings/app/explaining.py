"""The gatekeeper and the explainer, put together: the worker judges with the one, API and CLI explain with both."""

from collections.abc import Sequence

from tidings.app.archive import open_archive
from tidings.app.installation import Installation
from tidings.pipeline.devices import Devices
from tidings.pipeline.digesting import Digesting
from tidings.pipeline.environments import Environments
from tidings.pipeline.explain import Archive, StoredExplainer
from tidings.pipeline.forecasting import Past, StoredForecaster
from tidings.pipeline.foresight import Foresight
from tidings.pipeline.gatekeeper import Gatekeeper
from tidings.pipeline.prepare import Preparer
from tidings.pipeline.rewriting import Shelf, StoredRewriter
from tidings.pipeline.shared import SharedBodies
from tidings.pipeline.tenancy import Tenancy
from tidings.pipeline.voices import Voices
from tidings.rendering import Renderer
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
    return Tenancy(
        installation.templates,
        installation.tenants,
        installation.tenant_templates,
        installation.routing_strategies,
    )


def foresight_of(installation: Installation) -> Foresight:
    """Put together what asks what would become of a message."""
    return Foresight(
        tenancy=tenancy_of(installation),
        profiles=installation.profiles,
        devices=Devices(installation.devices),
        gatekeeper=gatekeeper_of(installation),
        providers=installation.fleet,
        environments=environments_of(installation),
    )


def forecaster_of(installation: Installation) -> StoredForecaster:
    """Put the forecaster together."""
    config = installation.config
    return StoredForecaster(
        past=Past(
            installation.events,
            installation.ledger,
            installation.manifest,
            (lambda: open_archive(config)) if config.archive else None,
        ),
        templates=installation.templates,
        foresight=foresight_of(installation),
        clock=installation.clock,
    )


def explainer_of(installation: Installation) -> StoredExplainer:
    """Put the explainer together."""
    return StoredExplainer(
        archive=Archive(installation.messages, installation.events, installation.templates),
        foresight=foresight_of(installation),
        clock=installation.clock,
    )


def rewriter_of(installation: Installation, renderer: Renderer) -> StoredRewriter:
    """Put together what writes requests of providers again."""
    return StoredRewriter(
        shelf=Shelf(
            messages=installation.messages,
            tenancy=tenancy_of(installation),
            environments=environments_of(installation),
            gatekeeper=gatekeeper_of(installation),
            voices=Voices(installation.brands, installation.translations),
        ),
        preparer=Preparer(renderer=renderer, links=installation.links),
        scribe=installation.scribe,
    )
