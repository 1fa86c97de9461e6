"""What keeps a stream from taking appends: told to the log when it begins and ends, and to whoever asks meanwhile."""

import time

import structlog

log = structlog.get_logger()

REMEMBERED_S = 10.0
"""Who is not ready gets no calls, and without calls nobody learns that all is well again: so it is forgotten."""


class Trouble:
    """The last refusal, if nothing was kept since."""

    def __init__(self) -> None:
        self._error: Exception | None = None
        self._at = 0.0

    def note(self, error: Exception | None) -> None:
        """Note how an append ended. What fails now fails a thousand times a second, so it is logged once."""
        before, self._error, self._at = self._error, error, time.monotonic()
        if error is None and before is not None:
            log.info("stream.recovered")
        elif error is not None and before is None:
            log.error("stream.failed", error=str(error))

    @property
    def words(self) -> str:
        """Say what it is; empty when the last append was kept, or when none was tried for a while."""
        lately = self._error is not None and time.monotonic() - self._at < REMEMBERED_S
        return str(self._error) if lately else ""
