"""A block that is not for this message."""

from tidings.elemental.nodes import Channel
from tidings.rendering.explanation import holds
from tidings.rendering.render_error import NothingToSay
from tidings.rendering.stage import Stage


def unshown(block: Channel | None, path: str, stage: Stage) -> NothingToSay:
    """Say why the condition of a block does not hold."""
    why = None if block is None or block.if_ is None else holds(block.if_, stage.root)
    return NothingToSay(f"{path}.if", why or "the condition of the block does not hold")
