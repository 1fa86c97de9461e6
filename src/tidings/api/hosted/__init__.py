"""Pages for recipients: unsubscribing, and all that they may choose."""

from tidings.api.hosted.preview import preview
from tidings.api.hosted.routes import hosted_router

__all__ = ["hosted_router", "preview"]
