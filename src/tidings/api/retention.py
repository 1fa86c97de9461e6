"""How long what is kept, as the settings say."""

import msgspec
from litestar import Controller, get

from tidings.api.authentication import Grant
from tidings.api.injected import Injected


class RetentionAnswer(msgspec.Struct, kw_only=True):
    """Days; 0 is for ever. They are settings of the installation, so they are changed where it is set up."""

    events_days: int
    """Inbound events: the calls that came in, and what became of them."""
    messages_days: int
    """Messages that have ended, with their history and what was rendered."""
    audit_days: int
    """The audit log."""
    archive_days: int
    """Calls in the archive, where one is kept."""
    archives: bool
    """Whether an archive is kept."""
    dedup_hours: int
    """Hours for which a call that is sent again is known."""


class RetentionController(Controller):
    """What is forgotten by itself."""

    path = "/retention"
    tags = ("Environments",)

    @get(summary="Tell how long what is kept")
    async def read(self, grant: Grant, services: Injected) -> RetentionAnswer:  # noqa: ARG002 of all environments
        """Answer the settings; the same in every environment."""
        config = services.config
        return RetentionAnswer(
            events_days=config.events_days,
            messages_days=config.messages_days,
            audit_days=config.audit_days,
            archive_days=config.archive_days,
            archives=bool(config.archive),
            dedup_hours=config.dedup_hours,
        )
