"""When an environment sends at all, and how much to whom: ours, Courier has it in its studio alone."""

from litestar import Controller, get, put
from litestar.params import JSONBody

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.sending_rules import SendingRules


class SendingRulesController(Controller):
    """The environment's hours and limits."""

    path = "/sending-rules"
    tags = ("Preferences",)

    @get(summary="Read the sending rules")
    async def retrieve(self, grant: Grant, services: Injected) -> SendingRules:
        """Without any, everything goes at once."""
        return await services.rules.get(grant.environment_id)

    @put(summary="Replace the sending rules")
    async def replace(self, data: JSONBody[SendingRules], grant: Grant, services: Injected) -> SendingRules:
        """They hold for what is claimed from now on."""
        data.check()
        await services.rules.put(grant.environment_id, data, now=services.clock.now_ms())
        return data
