"""An event loop in which waiting takes no time and nothing comes from outside, so that a run can be repeated."""

import asyncio
import selectors


class NothingWillHappen(Exception):
    """Everybody waits for somebody else."""


class _Jumping(selectors.SelectSelector):
    """Lets time pass at once where a selector would wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None):
        """Jump to when the next timer is due."""
        if timeout is None:
            raise NothingWillHappen
        self.now += max(timeout, 0.0)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its clock stands still while code runs, and jumps when everybody waits."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)
        self._clock_resolution = 1e-6

    def rewind(self) -> None:
        """Begin anew; nobody may be waiting."""
        self._jumping.now = 0.0

    def time(self) -> float:
        """Seconds since the beginning."""
        return self._jumping.now


class VirtualClock:
    """The time of day: the loop's, and what somebody has set the clock to."""

    def __init__(self, loop: VirtualLoop, start_ms: int) -> None:
        self._loop = loop
        self.offset_ms = start_ms

    def now_ms(self) -> int:
        """Tell the time."""
        return self.offset_ms + round(self._loop.time() * 1000)
