"""What goes on record of a decision beside itself."""

import msgspec

from tidings.effects import Claim, Settlement
from tidings.pipeline.escalating import as_taken
from tidings.pipeline.prepare import Prepared
from tidings.templates import TemplateVersion
from tidings.workspaces import Environment


def recorded(
    claim: Claim,
    decision: Prepared | Settlement,
    version: TemplateVersion | None,
    environment: Environment,
    *,
    now: int,
) -> Prepared | Settlement:
    """Put on record what the decision knew: the version, the attempts; and that what was taken stays sent."""
    if isinstance(decision, Settlement):
        if decision.attempt is None:
            decision = msgspec.structs.replace(decision, tried=len(claim.attempts))
        simulated = environment.delivery == "simulated"
        return of_version(as_taken(claim, decision, simulated=simulated, now=now), version)
    return msgspec.structs.replace(decision, version=version)


def of_version(settlement: Settlement, version: TemplateVersion | None) -> Settlement:
    """Put the version on record."""
    if version is None:
        return settlement
    return msgspec.structs.replace(settlement, template_id=version.template_id, template_version=version.version)
