"""Content that requests bring."""

import pytest

from tidings.errors import InvalidInput
from tidings.rendering import InlineContent
from tidings.rendering import inline_content as module

VERSION = {"version": "2022-01-01"}


def block(**fields):
    """Content with one block."""
    return {**VERSION, "elements": [{"type": "channel", **fields}]}


def elements(*nodes):
    """Content without blocks."""
    return {**VERSION, "elements": list(nodes)}


@pytest.mark.parametrize(
    ("content", "path", "told"),
    [
        ({"title": "Hi {{#if x}}", "body": "y"}, "title", "not closed"),
        ({"title": "Hi", "body": "{{nope 1}}"}, "body", "no helper nope"),
        ({"title": "Hi", "body": "{{formatCurency 1 'EUR'}}"}, "body", "did you mean formatCurrency?"),
        ({"title": "Hi", "body": "{{currency 1 'EUR'}}"}, "body", "did you mean formatCurrency?"),
        ({"titel": "Hi"}, "titel", "is not a field"),
        (elements({"type": "text", "content": "{{#each}}"}), "elements[0].content", "not a valid template"),
        (elements({"type": "text", "content": "[x]({{#if a}}b){{/if}}"}), "elements[0].content", "not closed"),
        (elements({"type": "action", "content": "x", "href": "https://x/{{"}), "elements[0].href", "not a valid"),
        (elements({"type": "html", "content": "<p>{{/if}}"}), "elements[0].content", "not a valid"),
        (elements({"type": "group", "elements": [{"type": "text", "elements": [
            {"type": "string", "content": "{{#if}}"}]}]}), "elements[0].elements[0].elements[0].content", "not"),
        (elements({"type": "text", "content": "Hi", "locales": {"fr": {"content": "{{#if x}}"}}}),
         "elements[0].locales.fr.content", "not closed"),
        (block(channel="email", raw={"subject": "{{#if x}}"}), "elements[0].raw.subject", "not closed"),
        (block(channel="email", raw={"html": "<p title='{{#if x}}'>{{/if}}"}), "elements[0].raw.html", "not"),
        (block(channel="email", raw={"html": "<mjml><mj-body>", "transformers": ["mjml"]}),
         "elements[0].raw.html", "not valid MJML"),
        (block(channel="slack", raw={"slackBlocks": [{"text": "{{#if x}}"}]}),
         "elements[0].raw.slackBlocks[0].text", "not closed"),
        (block(channel="default", elements=[{"type": "text", "content": "x"}],
               locales={"de": {"elements": [{"type": "text", "content": "{{#if x}}"}]}}),
         "elements[0].locales.de.elements[0].content", "not closed"),
    ],
)  # fmt: skip
def test_what_could_not_be_sent_is_refused_with_its_place(content, path, told):
    """A template that is none is the caller's to mend, in any language and on any channel."""
    with pytest.raises(InvalidInput) as caught:
        InlineContent().check(content)
    assert caught.value.path == f"notification.content.{path}"
    assert told in str(caught.value)


def test_the_same_content_is_read_once(monkeypatch):
    """What was good is good; what was not is read again; the longest unused is forgotten."""
    read = []
    monkeypatch.setattr(module, "check_templates", lambda document: read.append(document.elements[0].content))
    inline = InlineContent(kept_max=2)
    for said in ("a", "b", "a", "c", "a", "b"):
        inline.check({"body": said})
    assert read == ["a", "b", "c", "b"]
    for _ in range(2):
        with pytest.raises(InvalidInput):
            inline.check({"nothing": "here"})
    with pytest.raises(ValueError, match="positive"):
        InlineContent(kept_max=0)
