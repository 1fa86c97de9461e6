"""What a template says beside its words: who sends it, when not to, and what to do without a variable."""

from typing import Literal, TypeAlias

import msgspec

from tidings.elemental.condition import Group as ConditionGroup

MissingVariables: TypeAlias = Literal["empty", "visible", "refuse"]


class EmailHeaders(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses of an email; templates themselves. Copies are several addresses, or one text with commas."""

    from_: str | None = msgspec.field(name="from", default=None)
    reply_to: str | None = None
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()


class TemplateSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Settings of one version."""

    email: EmailHeaders | None = None
    missing_variables: MissingVariables = "empty"
    if_: str | tuple[ConditionGroup, ...] | None = msgspec.field(name="if", default=None)
    """A condition, as elements have: without it nothing is sent."""
    checks: tuple[str, ...] = ()
    """What somebody else must find well before it is published (`Submission`)."""
