"""One scene of a rehearsal, and whether it went as it should."""

import msgspec

from tidings.messages import Outcome, RetryLater, Undeliverable

_SAFE = (RetryLater, Undeliverable)


class Scene(msgspec.Struct, frozen=True):
    """One thing that may happen, what came of it, and whether that is right."""

    provider: str
    scene: str
    outcome: str
    ok: bool
    took_s: float


def judged(
    provider: str, scene: str, outcome: Outcome, right: tuple[type, ...], *, went_out: int, took_s: float
) -> Scene:
    """Judge a scene: right when the outcome fits, and when nothing went out that is called safe to repeat."""
    ok = isinstance(outcome, right) and went_out <= 1 and not (isinstance(outcome, _SAFE) and went_out)
    told = type(outcome).__name__ + (
        f", in {outcome.after_s:g} s" if isinstance(outcome, RetryLater) and outcome.after_s else ""
    )
    return Scene(provider, scene, told, ok, took_s)
