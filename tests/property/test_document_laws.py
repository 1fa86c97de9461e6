"""Laws of documents by hand: nothing in them runs, and what does not run is left alone."""

from hypothesis import given
from hypothesis import strategies as st
from turbohtml import Element, parse

from tidings.rendering.html_documents import cleaned_document

_BITS = st.sampled_from(
    [
        *("<", ">", "/", '"', "'", "=", " ", "\n", "<!--", "-->", "<![if !mso]>", "<!DOCTYPE html>", "a", "&lt;"),
        *("<script>", "</script>", "<svg>", "</svg>", "<style>", "</style>", "<math>", "<mtext>", "<table>", "<p "),
        *("<title>", "</title>", "<textarea>", "<noscript>", "<iframe ", "<template>", "<select>", "<a ", "<img "),
        *("onclick=go()", 'ONERROR="go()"', "href=javascript:go()", "src='java&#10;script:go()'", "script>"),
    ]
)


@given(st.lists(_BITS, max_size=30).map("".join))
def test_nothing_runs(html):
    """However it is written: a browser's parser finds no script, handler or address that runs in what is left."""
    cleaned = cleaned_document(html)
    assert cleaned_document(cleaned) == cleaned
    for element in parse(cleaned).descendants:
        if isinstance(element, Element):
            assert element.tag not in {"script", "svg", "math", "iframe", "object", "embed"}
            for name, value in element.attrs.items():
                assert not name.startswith("on")
                assert not (value or "").replace("\n", "").strip().startswith("javascript:")
