"""`GET /explain`: why something was sent, or was not."""

from typing import Annotated

from litestar import Controller, get
from litestar.params import QueryParameter

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.data_logs import Explanation
from tidings.errors import InvalidInput


class ExplainController(Controller):
    """Why."""

    path = "/explain"
    tags = ("Messages",)

    @get(summary="Explain a message, or an event of a user")
    async def explain(
        self,
        grant: Grant,
        services: Injected,
        message: Annotated[str | None, QueryParameter(description="A message's id.")] = None,
        user: Annotated[str | None, QueryParameter(description="A user id, with `event`.")] = None,
        event: Annotated[str | None, QueryParameter(description="The name of a track, or a template.")] = None,
    ) -> Explanation:
        """Tell each decision as it was recorded, and what would be decided now; for what was not sent as well."""
        if message:
            return await services.explainer.message(grant.environment_id, message)
        if user and event:
            return await services.explainer.event(grant.environment_id, user, event)
        raise InvalidInput("give `message`, or `user` and `event`", path="message")
