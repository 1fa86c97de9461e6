"""Where this installation is reached."""

from typing import Any

from litestar import Request

from tidings.api.services import Services


def address(services: Services, request: Request[Any, Any, Any]) -> str:
    """Give the setting `public_url`; without it, the address that was asked at. No slash ends it."""
    return services.config.public_url.rstrip("/") or str(request.base_url).rstrip("/")
