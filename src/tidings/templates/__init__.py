"""Templates: content designed once, in versions."""

from tidings.templates.template import Template, TemplateState, TemplateVersion

__all__ = ["Template", "TemplateState", "TemplateVersion"]
