"""What the command line's exit codes mean."""

OK = 0
FAILED = 1
USAGE = 2
MISCONFIGURED = 78
"""A setting is wrong, so starting again will not help: `EX_CONFIG` of sysexits."""
INTERRUPTED = 130
