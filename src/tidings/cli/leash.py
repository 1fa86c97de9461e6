"""What ties a child to the `tidings serve` that started it.

Its standard input is a pipe that nobody writes to: it ends when the parent ends, however that happened. Its standard
output takes one line of JSON, which says that the child is ready or why it can't be.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

SUPERVISED = "TIDINGS_SUPERVISED"
"""Set for children: `first` in a child's first life, `again` later."""
_PATIENCE_S = 30


class Leash:
    """The child's end. Taking it moves standard output aside, so that nothing but `say` can write to the parent."""

    def __init__(self, life: str) -> None:
        self.is_first = life == "first"
        self._parent = os.dup(1)
        os.dup2(2, 1)
        threading.Thread(target=_end_with_parent, name="leash", daemon=True).start()

    @classmethod
    def take(cls, environ: Mapping[str, str] = os.environ) -> "Leash | None":
        """Take the leash, if a parent holds one."""
        life = environ.get(SUPERVISED)
        return cls(life) if life else None

    def say(self, message: Mapping[str, Any]) -> None:
        """Tell the parent; a parent that is gone hears nothing, and that is fine."""
        sys.stdout.flush()
        try:
            os.write(self._parent, json.dumps(dict(message)).encode() + b"\n")
        except BrokenPipeError:
            return


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_PATIENCE_S)
    os._exit(1)  # a stop that hangs would leave an orphan holding the port
