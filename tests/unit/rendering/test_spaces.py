"""What stands between the rows of an email's frames."""

import re

import pytest

from tidings.rendering import Renderer, Variables

SPACE = re.compile(r'<td style="height:(\d+)px;font-size:0')
PICTURE = {"type": "image", "src": "https://x.test/a.png"}
BUTTON = {"type": "action", "content": "Go", "href": "https://x.test"}
RULE = {"type": "divider"}


def html(*elements):
    """These elements as an email's HTML, which no dark mode changes and no phone."""
    source = {"version": "2022-01-01", "elements": list(elements)}
    variables = Variables(data={"rows": [1, 2, 3], "no": False, "none": []}, profile={})
    said = Renderer().render("email", source, cache_key=None, variables=variables, recipient="a@x.test").content
    return said.html.partition("</head>")[2]


def text(content="x", **fields):
    """A text."""
    return {"type": "text", "content": content, **fields}


def group(*elements, **fields):
    """A group that one sees."""
    return {"type": "group", "background_color": "#eee", "padding": "12px", "elements": list(elements), **fields}


def spaces(*elements):
    """The pixels between rows."""
    return [int(height) for height in SPACE.findall(html(*elements))]


HIDDEN = text(**{"if": "data.no"})


@pytest.mark.parametrize(
    ("rows", "between"),
    [
        ([text()], []),
        ([BUTTON], []),
        ([text(), text()], [16]),
        ([text(), BUTTON, PICTURE, RULE, text()], [24, 24, 32, 28]),
        ([text(text_style="h2"), text(text_style="h3")], [20]),
        ([HIDDEN, text(), HIDDEN, text(), HIDDEN], [16]),
        ([text(loop="data.rows")], [16, 16]),
        ([text(), text(loop="data.none")], []),
        ([text(padding="4px"), text()], []),
        ([text(), text(padding="4px"), text()], [16]),
        ([{"type": "group", "elements": [text(), text()]}, text()], [16, 16]),
        ([group(text(), text()), text()], [16, 20]),
        ([{"type": "comment", "comment": "x"}, text()], []),
    ],
)
def test_a_frame_is_as_wide_below_as_above(rows, between):
    """Its first row that shows has nothing above it and its last nothing below; space stands between rows alone."""
    assert spaces(group(*rows)) == between
    assert spaces({"type": "columns", "elements": [{**group(*rows), "type": "column"}]}) == between


def test_without_a_frame_rows_have_their_own_space():
    """Nothing is between them then."""
    assert spaces(text(), BUTTON, {"type": "columns", "elements": [{"type": "column", "elements": [text()]}]}) == []
    assert "padding:0 0 16px" in html(text())


def test_columns_with_a_background_stand_in_a_box():
    """It keeps its distance to what follows, dark words stay dark on it, and its columns end without space."""
    column = {"type": "column", "elements": [text(), text()]}
    drawn = html({"type": "columns", "background_color": "#eee", "elements": [column, column]})
    assert SPACE.findall(drawn) == ["16", "16"]
    assert 'padding:0 0 20px;"><table' in drawn.replace("\n", " ")
    assert '<td class="t-light" style="background:#eee;padding:16px;">' in drawn
    assert drawn.count('class="t-col t-close"') == 2
