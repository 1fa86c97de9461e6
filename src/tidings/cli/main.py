"""Where the command line begins and ends: what fails is said in one line, and the exit code says what kind it was."""

import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from tidings.cli.exits import FAILED, INTERRUPTED, MISCONFIGURED, OK
from tidings.errors import ConfigurationError, InvalidInput, TidingsError

_LONG_RUNNING = ("serve", "api", "worker")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit. See `exits` for the codes."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _run(words)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:  # the reader of our output has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = OK
    except Exception as error:  # noqa: BLE001 the outermost place: nothing may pass but a line and a code
        code = _explain(error, debug="--debug" in words)
    sys.exit(code)


def _run(words: list[str]) -> int:
    if len(words) == 1 and words[0] in _LONG_RUNNING:
        return _run_bare(words[0])
    from tidings.cli.root import run  # noqa: PLC0415 `tidings serve` starts three processes: none pays for the parser

    return run(words)


def _run_bare(word: str) -> int:
    """Start what has no options given: there is nothing to parse, and every millisecond counts towards ready."""
    from tidings.config import load  # noqa: PLC0415 as above

    if word == "serve":
        from tidings.cli.serving import serve  # noqa: PLC0415 the others never need it

        return serve(load(), {})
    from tidings.cli.processes import run_process  # noqa: PLC0415 this imports the whole house

    return run_process(word)


def _explain(error: Exception, *, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    match error:
        case ConfigurationError():
            sentence, code = str(error), MISCONFIGURED
        case InvalidInput(path=path) if path:
            sentence, code = f"{path}: {error}", FAILED
        case TidingsError():
            sentence, code = str(error), FAILED
        case _:
            hint = "" if debug else " (the same command with --debug shows where)"
            sentence, code = f"{type(error).__name__}: {error}{hint}", FAILED
    print(f"tidings: {' '.join(sentence.split())}", file=sys.stderr)
    return code
