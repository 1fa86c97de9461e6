"""`GET /metrics` for Prometheus: this process's metrics, or those of all processes together."""

import os
from collections.abc import Iterator, Mapping

from litestar import Response, get
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tidings.api.injected import Injected
from tidings.errors import Unavailable

_MEANINGS = {
    "stream_lag": "Accepted records that the inbound step has not applied yet",
    "due_depth": "Messages that wait for the outbound step",
}


@get("/metrics", tags=["Health"], summary="Metrics for Prometheus", media_type="text/plain")
async def metrics(services: Injected) -> Response[bytes]:
    """Counters of what was done, and how much waits at this moment."""
    try:
        depth = await services.depth()
    except Unavailable:  # the counters still tell; the gauges' absence is what an alert looks for
        depth = {}
    waiting = CollectorRegistry()
    waiting.register(_Waiting(depth))
    return Response(
        generate_latest(_registry()) + generate_latest(waiting), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )


def _registry() -> CollectorRegistry:
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library does not say
    return registry


class _Waiting(Collector):
    """How much waits, read at the moment of the scrape."""

    def __init__(self, depth: Mapping[str, int]) -> None:
        self._depth = depth

    def collect(self) -> Iterator[Metric]:
        """Tell one gauge for each reading."""
        for name, value in self._depth.items():
            yield GaugeMetricFamily(f"tidings_{name}", _MEANINGS.get(name, name), value=value)
