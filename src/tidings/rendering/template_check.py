"""Reads every template in content without drawing anything: what passes here can be compiled for every channel."""

import re
from typing import Any

from tidings.elemental import Document, worded
from tidings.elemental.nodes import Channel, Comment, Html, Jsonnet, ListItem, Node, Quote, Text
from tidings.rendering.html_words import html_words
from tidings.rendering.json_templates import json_template
from tidings.rendering.mjml import MjmlError, mjml_to_html
from tidings.rendering.plain_words import plain_words
from tidings.rendering.render_error import RenderError
from tidings.rendering.source import html_source, plain_source, words_of_html
from tidings.rendering.tags import Tags

FIELDS = (
    "title",
    "content",
    "href",
    "src",
    "alt_text",
    "img_src",
    "img_href",
    "color",
    "background_color",
    "border_color",
)
"""Fields of nodes that are templates; the rest is taken as it is."""
_SPLITS = re.compile(r"[\[\]<>]")
"""Marks of links, pictures and addresses: what stands in them is compiled by itself, so a block may not end outside."""


def check_templates(document: Document) -> None:
    """Check, in every language. Raises `RenderError` with the path in the content, at the first that is no template."""
    _nodes(document.elements, "elements")


def _nodes(nodes: tuple[Node, ...], path: str) -> None:
    for index, node in enumerate(nodes):
        if not isinstance(node, Comment):
            _node(node, f"{path}[{index}]", FIELDS)


def _node(node: Node, path: str, fields: tuple[str, ...]) -> None:
    if not isinstance(node, Jsonnet):
        for field in fields:
            said = getattr(node, field, None)
            if isinstance(said, str) and "{" in said:
                _field(node, field, said, f"{path}.{field}")
    if isinstance(node, Channel) and node.raw is not None:
        _raw(node.raw, f"{path}.raw")
    for name, words in (node.locales or {}).items():
        worn = worded(type(node), words)
        _node(worn, f"{path}.locales.{name}", tuple(field for field in FIELDS if _spelled(field) in words))
    _nodes(getattr(node, "elements", None) or (), f"{path}.elements")


def _field(node: Node, field: str, said: str, path: str) -> None:
    if isinstance(node, Html):
        html_source(said, path, scripts=True)
        html_source(said, path)
        words_of_html(said, path)
        return
    plain_source(said, path)
    if field == "content" and isinstance(node, Text | Quote | ListItem) and _SPLITS.search(said):
        html_words(said, path)
        plain_words(said, path)


def _raw(raw: dict[str, Any], path: str) -> None:
    html, steps = raw.get("html"), raw.get("transformers") or ("handlebars",)
    if isinstance(html, str):
        if "handlebars" in steps:
            html_source(html, f"{path}.html")
            words_of_html(html, f"{path}.html")
        if "mjml" in steps:
            _mjml(html, f"{path}.html")
    json_template({name: value for name, value in raw.items() if name != "html"}, path)


def _mjml(source: str, path: str) -> None:
    try:
        mjml_to_html(Tags(source, path, single=False).marked)
    except MjmlError as error:
        raise RenderError(path, f"is not valid MJML: {error}") from None


def _spelled(field: str) -> str:
    return {"img_src": "imgSrc", "img_href": "imgHref"}.get(field, field)
