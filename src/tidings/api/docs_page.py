"""`/docs`: our OpenAPI as one calm page that needs no network."""

from collections.abc import Iterator, Mapping
from typing import Any

from litestar import MediaType, Request
from litestar.openapi.plugins import OpenAPIRenderPlugin

from tidings.api.pages import Pages

_METHODS = ("get", "post", "put", "patch", "delete")

Json = Mapping[str, Any]


class DocsPage(OpenAPIRenderPlugin):
    """Renders the schema by our own template; the JSON stands beside it at `/docs/openapi.json`."""

    def __init__(self) -> None:
        super().__init__(path="/", media_type=MediaType.HTML)
        self._pages = Pages()

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Render the page."""
        url = self.get_openapi_json_route(request)
        page = self._pages.page("docs.html", schema=openapi_schema, groups=_groups(openapi_schema), url=url)
        return page.html.encode()


def _groups(schema: Json) -> list[tuple[Json, list[Json]]]:
    operations = list(_operations(schema))
    return [(tag, [it for it in operations if tag["name"] in it["tags"]]) for tag in schema["tags"]]


def _operations(schema: Json) -> Iterator[Json]:
    for path, item in schema["paths"].items():
        for method in _METHODS:
            if operation := item.get(method):
                yield {"path": path, "method": method.upper(), "parameters": [], "tags": [], **operation}
