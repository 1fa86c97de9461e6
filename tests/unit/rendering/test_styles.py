"""Style sheets on tags."""

import pytest

from tidings.rendering.styles import inlined

DOCTYPE = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1.dtd">'
SHEET = "<style>p, td { color: red } @media (max-width: 1px) { p { color: blue } } a:hover { color: green }</style>"


def document(body):
    """A whole email."""
    return f"{DOCTYPE}\n<html xmlns:v='urn:x'><head>{SHEET}</head><body class=a>{body}</body></html>"


@pytest.mark.parametrize(
    ("body", "styled"),
    [
        ("<p>a", '<p style="color: red;">a'),
        ('<P Style="margin:0" title=\'&copy;\'>a</P>', '<p style="color: red;margin: 0" title="©">a</P>'),
        ("<table><tr><td>&nbsp;&mdash;<tr><td>b</table>",
         '<table><tr><td style="color: red;">&nbsp;&mdash;<tr><td style="color: red;">b</table>'),
        ("<![if !mso]><p>a</p><![endif]>", '<![if !mso]><p style="color: red;">a</p><![endif]>'),
        ("<!--[if mso]><p><table><![endif]--><!--[if !mso]><!--><b>c</b><!--<![endif]-->",
         "<!--[if mso]><p><table><![endif]--><!--[if !mso]><!--><b>c</b><!--<![endif]-->"),
        ("<v:rect style='width:5px'/>a <b>c<i>d</b>e</i>", "<v:rect style='width:5px'/>a <b>c<i>d</b>e</i>"),
    ],
)  # fmt: skip
def test_styles_are_written_onto_the_tags_and_nothing_else_changes(body, styled):
    """The doctype, Outlook's comments, what is not closed and what has no style stay to the letter."""
    assert inlined(document(body)) == document(styled)


def test_a_piece_of_an_email_stays_a_piece():
    """Only whole documents are looked at."""
    assert inlined(f"{SHEET}<p>a</p>") == f"{SHEET}<p>a</p>"
