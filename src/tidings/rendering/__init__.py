"""The words, per channel: content, data and profile to channel content. Pure."""

from tidings.rendering.brand_check import check_brand, check_brought, check_snippets
from tidings.rendering.check import check
from tidings.rendering.email import CompiledEmail
from tidings.rendering.explanation import holds
from tidings.rendering.inline_content import InlineContent
from tidings.rendering.lint import Problem, seen_in, unknown_variables, unusable_values
from tidings.rendering.manner import Manner, check_line
from tidings.rendering.occasion import Occasion
from tidings.rendering.overrides import overridden
from tidings.rendering.preview import Preview, preview
from tidings.rendering.render_error import NothingToSay, RenderError
from tidings.rendering.renderer import Rendered, Renderer, Unshown
from tidings.rendering.stage import Missing, Stage
from tidings.rendering.tracks import Tracks
from tidings.rendering.variables import Variables

__all__ = [
    "CompiledEmail",
    "InlineContent",
    "Manner",
    "Missing",
    "NothingToSay",
    "Occasion",
    "Preview",
    "Problem",
    "RenderError",
    "Rendered",
    "Renderer",
    "Stage",
    "Tracks",
    "Unshown",
    "Variables",
    "check",
    "check_brand",
    "check_brought",
    "check_line",
    "check_snippets",
    "holds",
    "overridden",
    "preview",
    "seen_in",
    "unknown_variables",
    "unusable_values",
]
