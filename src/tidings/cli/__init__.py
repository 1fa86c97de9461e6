"""The command line: `tidings serve` and everything an operator asks for."""

from tidings.cli.main import main

__all__ = ["main"]
