"""Templates: content designed once, in versions."""

from tidings.templates.settings import EmailHeaders, MissingVariables, TemplateSettings
from tidings.templates.submission import CHECKS_MAX, Check, CheckStatus, Submission, SubmissionState
from tidings.templates.template import Template, TemplateState, TemplateVersion

__all__ = [
    "CHECKS_MAX",
    "Check",
    "CheckStatus",
    "EmailHeaders",
    "MissingVariables",
    "Submission",
    "SubmissionState",
    "Template",
    "TemplateSettings",
    "TemplateState",
    "TemplateVersion",
]
