"""Counts of what came of calls: bounded, whatever names calls bring along."""

from tidings.forwarding.tallying import HOUR_MS, NAMES_MAX, OTHER, Tallying


def test_a_delivery_is_counted_with_how_long_it_took():
    """By event, as a bar of a histogram; what took longer than the last bar stands under 0."""
    tallying = Tallying(1, "dst_1")
    for latency_ms in (7, 10, 11, 10**9):
        tallying.delivered("Order", now=HOUR_MS, latency_ms=latency_ms)

    counted = {(tally.name, tally.result, tally.reason): tally.count for tally in tallying.take()}

    bars = {("Order", "latency", "10"): 2, ("Order", "latency", "25"): 1, ("Order", "latency", "0"): 1}
    assert counted == {("Order", "delivered", ""): 4, **bars}
    assert tallying.take() == []


def test_names_beyond_a_number_are_counted_together():
    """Deliveries and how long they took alike; the next hour begins anew."""
    tallying = Tallying(1, "dst_1")
    for number in range(NAMES_MAX + 5):
        tallying.delivered(f"Order {number}", now=HOUR_MS, latency_ms=1)
    tallying.delivered("Late", now=2 * HOUR_MS, latency_ms=1)

    counted = {(tally.hour, tally.name, tally.result): tally.count for tally in tallying.take()}

    assert len({name for hour, name, _ in counted if hour == 1}) == NAMES_MAX + 1
    assert counted[1, OTHER, "delivered"] == counted[1, OTHER, "latency"] == 5
    assert counted[2, "Late", "latency"] == 1
