"""Is this process alive, and can it do its work?"""

from typing import Literal

import msgspec
from litestar import Controller, Response, get, head

from tidings.api.injected import Injected


class Alive(msgspec.Struct):
    """This process answers."""

    status: Literal["ok"] = "ok"


class Readiness(msgspec.Struct):
    """`ok` when every component is; else what is wrong with which.

    `held`: everything works, but no message is sent until a person releases the installation.
    """

    status: Literal["ok", "held", "unavailable"]
    components: dict[str, str]


class HealthController(Controller):
    """For balancers and orchestrators: no key needed, and nothing of a workspace is told."""

    path = "/health"
    tags = ("Health",)

    @head("/", summary="Is it alive?", sync_to_thread=False)
    def head(self) -> None:
        """Answer 200, for balancers that look at nothing else."""

    @get(["/", "/live"], summary="Is it alive?", sync_to_thread=False)
    def live(self) -> Alive:
        """Answer 200 as long as the process answers at all."""
        return Alive()

    @get("/ready", summary="Is it ready?")
    async def ready(self, services: Injected) -> Response[Readiness]:
        """Answer 200 when every component works, else 503 and which does not. Held, it takes calls as ever: 200."""
        components = dict(await services.ready())
        wrong = [word for word in components.values() if word != "ok"]
        held = bool(wrong) and all(word.startswith("held") for word in wrong)
        return Response(
            Readiness("held" if held else "unavailable" if wrong else "ok", components),
            status_code=200 if held or not wrong else 503,
            headers={"Cache-Control": "no-store"},
        )
