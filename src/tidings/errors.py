"""Everything tidings raises.

TidingsError
├── InvalidInput          the caller's fault: says what and where (`path`)
│   └── TooLarge          a limit on bytes, counts or depth was passed
├── NotAuthenticated      no key, an unknown key, a revoked key
├── NotAllowed            who asks may not do this: says who may
├── TooManyTries          somebody guesses: says when to come back (`retry_after_s`)
├── NotFound              nothing of that id in this environment
├── Conflict              the id is taken, or the thing is not in the state that this needs
└── Unavailable           storage cannot take it now: nothing was kept, try again (`retry_after_s`)

ConfigurationError stands apart, so that a broad `except TidingsError` cannot swallow it.
"""


class TidingsError(Exception):
    """Something expected went wrong; the message says what, to which id, and what to do."""


class InvalidInput(TidingsError):
    """What came from outside has the wrong shape.

    `path` names the field as the caller wrote it (`message.to.email`), empty for the whole body.
    """

    def __init__(self, message: str, *, path: str = "", code: str = "bad_request") -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.code = code


class TooLarge(InvalidInput):
    """A documented limit was passed."""


class NotAuthenticated(TidingsError):
    """The key is missing, unknown or revoked. Says never which."""


class NotAllowed(TidingsError):
    """Who asks is known, and may not do this; the message says which roles may."""


class TooManyTries(TidingsError):
    """Too many were wrong; the next one has to wait, and was not looked at."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class NotFound(TidingsError):
    """Nothing of that id in this environment (an id of another environment answers the same)."""


class Conflict(TidingsError):
    """The id is taken, or the thing is not in the state that the request needs."""


class Unavailable(TidingsError):
    """Storage cannot take it now; nothing was kept and trying again is safe."""

    def __init__(self, message: str, *, retry_after_s: int = 1) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ConfigurationError(Exception):
    """A setting is wrong; the message names it, quotes the value and says what is allowed."""
