"""NATS servers for the suites: one alone and a cluster of three, each started once when somebody needs it."""

from collections.abc import Iterator

import pytest

from tidings.testing.nats_server import NatsServers


@pytest.fixture(scope="session")
def nats_alone() -> Iterator[NatsServers]:
    """A server that stands alone."""
    yield from _running(1)


@pytest.fixture(scope="session")
def nats_cluster() -> Iterator[NatsServers]:
    """A cluster of three."""
    yield from _running(3)


def _running(count: int) -> Iterator[NatsServers]:
    servers = NatsServers(count)
    try:
        servers.start()
        yield servers
    finally:
        servers.close()
