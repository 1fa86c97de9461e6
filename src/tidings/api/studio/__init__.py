"""Studio, for now one page: what came in, what became of it, and what would be sent."""

from tidings.api.studio.routes import studio_router

__all__ = ["studio_router"]
