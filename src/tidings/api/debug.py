"""Segment's "test authentication": answers whoever has a valid key (courier-api.md §2)."""

from litestar import HttpMethod, route


@route("/debug", http_method=[HttpMethod.GET, HttpMethod.POST], status_code=200, tags=["Debug"], sync_to_thread=False)
def debug() -> dict[str, str]:
    """Answer `{}` to a valid key; without one the guard answers 401."""
    return {}
