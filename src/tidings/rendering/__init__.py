"""The words, per channel: content, data and profile to channel content. Pure."""

from tidings.rendering.email import CompiledEmail
from tidings.rendering.render_error import NothingToSay, RenderError
from tidings.rendering.renderer import Renderer
from tidings.rendering.variables import Variables

__all__ = ["CompiledEmail", "NothingToSay", "RenderError", "Renderer", "Variables"]
