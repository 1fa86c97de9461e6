"""What a person sees when everything is ready."""

from collections.abc import Mapping
from typing import Any

_BANNER = """\
tidings is ready at {url}

  Studio     {studio}
  Write key  {write_key}
  API key    {api_key}

  Segment libraries: set the host to {url} and use the write key.
  Courier clients:   set the base URL to {url} and use the API key.
  What came of it:   tidings events tail, tidings outbox list
"""


def studio_link(url: str, token: str) -> str:
    """Give the link that opens Studio once."""
    return f"{url}/studio/?token={token}"


def banner(api: Mapping[str, Any]) -> str:
    """Write the banner from what the API process said when it was ready."""
    return _BANNER.format(
        url=api["url"],
        studio=studio_link(api["url"], api["studio_token"]),
        write_key=api["write_key"],
        api_key=api["api_key"],
    )
