"""Markdown as it is written elsewhere, to HTML; HTML in it is shown, not obeyed."""

from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])


def markdown_html(text: str) -> str:
    """Render it."""
    return str(_MARKDOWN.render(text))
