"""What users' own tests may use: a clock to hold, servers that behave as providers document it, rehearsed outages."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tidings.testing.smtp import Mood, Received, SmtpServer

__all__ = ["Mood", "Received", "SmtpServer"]


def __getattr__(name: str) -> Any:
    """Import the SMTP server only when asked for: it needs the extra `testing`."""
    if name in __all__:
        from tidings.testing import smtp  # noqa: PLC0415 - see above

        return getattr(smtp, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
