import pytest

from tidings.carriers.http_carrier import HttpCarrier
from tidings.testing.http_services import HttpService


@pytest.fixture
async def service():
    """A service in a good mood."""
    async with HttpService() as service:
        yield service


@pytest.fixture
async def carrier():
    """A client that may reach this machine."""
    carrier = HttpCarrier(allow_private=True)
    yield carrier
    await carrier.close()


@pytest.fixture
async def guarded():
    """A client as it is by default."""
    carrier = HttpCarrier()
    yield carrier
    await carrier.close()
