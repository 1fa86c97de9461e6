"""The words, per channel: content, data and profile to channel content. Pure."""

from tidings.rendering.email import CompiledEmail
from tidings.rendering.explanation import holds
from tidings.rendering.occasion import Occasion
from tidings.rendering.render_error import NothingToSay, RenderError
from tidings.rendering.renderer import Rendered, Renderer, Unshown
from tidings.rendering.stage import Missing, Stage
from tidings.rendering.variables import Variables

__all__ = [
    "CompiledEmail",
    "Missing",
    "NothingToSay",
    "Occasion",
    "RenderError",
    "Rendered",
    "Renderer",
    "Stage",
    "Unshown",
    "Variables",
    "holds",
]
