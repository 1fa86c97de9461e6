"""Logs and metrics.

Logs are structlog events, dotted and in the past tense, with ids and units as keys, never personal data.
"""

import logging
import sys
from typing import Any

import structlog
from prometheus_client import Counter, Histogram

calls_accepted = Counter("tidings_calls_accepted", "Calls answered 200 and kept", ["type"])
calls_discarded = Counter("tidings_calls_discarded", "Calls kept for the log only", ["reason"])
requests_refused = Counter("tidings_requests_refused", "Requests that nothing was kept of", ["reason"])
requests_repeated = Counter("tidings_requests_repeated", "Requests that a library sent again, by its X-Retry-Count")
events_applied = Counter("tidings_events_applied", "Records the inbound step applied", ["status"])
inbound_batch_seconds = Histogram("tidings_inbound_batch_seconds", "Time of one inbound transaction")
messages_settled = Counter("tidings_messages_settled", "Messages by what they came to", ["status"])
attempts_made = Counter("tidings_attempts", "Attempts by provider and outcome", ["provider", "outcome"])
deliveries_made = Counter("tidings_deliveries", "Requests to outside destinations", ["kind", "outcome"])
attempt_seconds = Histogram("tidings_attempt_seconds", "Time of one provider call", ["provider"])

_TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
"""Tracebacks without local variables: those hold keys, addresses and bodies."""


def configure_logging(log_format: str, level: str) -> None:
    """Set logging up for this process: JSON for machines, colours for people at a terminal. Writes to stderr."""
    console = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    final: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if console
        else [_TRACEBACKS, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, *final],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=_logger,
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")


def _logger(*_: Any) -> structlog.PrintLogger:
    """Write to what stderr is when something is written: loggers outlive a redirection of it."""
    return structlog.PrintLogger(_Stderr())  # type: ignore[arg-type]


class _Stderr:
    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()
