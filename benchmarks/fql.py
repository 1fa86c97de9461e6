"""What a destination filter of ten clauses costs a call: reading the named values, and asking.

Python's own decoding of the whole call is measured beside it in the same run, as the ratio to look at. Figures are
processor time: what others do on the machine is not counted.
"""

import time
import timeit

import msgspec

from tidings.filters import parse
from tidings.filters.program import compiled, paths_of
from tidings.filters.reading import Reader

BUDGET_US = 2.0
CONDITION = """
type = 'track' and event = 'Order Completed' and properties.total > 10 and properties.currency = 'EUR'
and match(context.library.version, '1.*') and !contains(context.library.name, 'js')
and properties.plan in ['pro', 'team'] and context.page.path != '/login' and properties.test != true and userId != null
"""
CALL = {
    "type": "track",
    "event": "Order Completed",
    "messageId": "a" * 36,
    "userId": "ann",
    "anonymousId": "b" * 36,
    "timestamp": "2026-01-01T00:00:00.000Z",
    "properties": {
        "total": 30.5,
        "currency": "EUR",
        "plan": "pro",
        "order_id": "o-1",
        "products": [{"id": 1, "price": 3}, {"id": 2, "price": 3}],
    },
    "context": {
        "library": {"name": "python", "version": "1.2.3"},
        "page": {"path": "/checkout", "url": "https://example.com/checkout"},
        "ip": "192.0.2.1",
    },
}


def main() -> None:
    """Measure, and print budget, figure and ratio."""
    node = parse(CONDITION)
    reader = Reader(paths_of(node))
    ask = compiled(node, reader.paths)
    body = msgspec.json.encode(CALL)
    stamps = [CALL[name] for name in reader.stamped]
    row = reader.read(body, stamps)
    assert ask(*row)
    whole = _best_us(lambda: msgspec.json.decode(body))
    for name, work in {
        "ask ten clauses": lambda: ask(*row),
        "read the named values": lambda: reader.read(body, stamps),
        "read and ask": lambda: ask(*reader.read(body, stamps)),
    }.items():
        best = _best_us(work)
        print(f"fql: {name:<24} {best:5.2f} us (budget {BUDGET_US} us; {best / whole:.2f} of decoding the call)")


def _best_us(work: object) -> float:
    return min(timeit.repeat(work, timer=time.process_time, number=20_000, repeat=9)) / 20_000 * 1e6  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
