"""Templates: content designed once, in versions."""

from tidings.templates.settings import EmailHeaders, MissingVariables, TemplateSettings
from tidings.templates.template import Template, TemplateState, TemplateVersion

__all__ = ["EmailHeaders", "MissingVariables", "Template", "TemplateSettings", "TemplateState", "TemplateVersion"]
