"""`python -m tidings.testing.corpus`: print calls, one a line, or fill an installation with them."""

import argparse
import base64
import sys
import time
import urllib.request
from collections.abc import Sequence

import msgspec

from tidings.testing.corpus.calls import corpus

_BATCH = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tidings.testing.corpus", description=__doc__)
    parser.add_argument("--count", type=int, default=600, help="how many calls")
    parser.add_argument("--seed", type=int, default=0, help="another seed is another world")
    parser.add_argument("--url", help="send them to this server instead of printing them")
    parser.add_argument("--write-key", default="", help="the source to send them as")
    options = parser.parse_args(arguments)
    calls = corpus(options.count, seed=options.seed, now_ms=time.time_ns() // 1_000_000)
    if not options.url:
        for call in calls:
            sys.stdout.write(msgspec.json.encode(call).decode() + "\n")
        return 0
    for start in range(0, len(calls), _BATCH):
        send(options.url, options.write_key, calls[start : start + _BATCH])
    sys.stderr.write(f"{len(calls)} calls sent\n")
    return 0


def send(url: str, write_key: str, calls: Sequence[object]) -> None:
    """Send one batch, as a library does. Raises `urllib.error.URLError` when it is not taken."""
    basic = base64.b64encode(f"{write_key}:".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json"}
    body = msgspec.json.encode({"batch": calls})
    request = urllib.request.Request(f"{url.rstrip('/')}/v1/batch", body, headers)  # noqa: S310 the user's own server
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 as above
        answer.read()


if __name__ == "__main__":
    sys.exit(main())
