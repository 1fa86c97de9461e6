"""Keeping what was compiled."""

import pytest

from tidings.rendering import Renderer, RenderError, Variables


def content(title):
    """Content with this title."""
    return {"title": title, "body": "Hello {{name}}"}


def subject(renderer, source, cache_key=None, **profile):
    """The subject that this renderer gives it."""
    variables = Variables(data={"name": "Ann"}, profile=profile)
    return renderer.render(
        "email", source, cache_key=cache_key, variables=variables, recipient="a@x.test"
    ).content.subject


def test_a_key_names_content_for_good():
    """Content under a known key is not looked at again: versions never change."""
    renderer = Renderer()
    assert subject(renderer, content("one"), ("t", 1)) == "one"
    assert subject(renderer, content("two"), ("t", 1)) == "one"
    assert subject(renderer, content("two"), ("t", 2)) == "two"


def test_content_without_a_key_names_itself():
    """Inline content is told apart by what it says."""
    renderer = Renderer()
    assert [subject(renderer, content(title)) for title in ("one", "two", "one")] == ["one", "two", "one"]


def test_the_cache_is_bounded():
    """The content used longest ago is forgotten first."""
    renderer = Renderer(cache_max=2)
    for key in (1, 2, 1, 3):
        subject(renderer, content(str(key)), key)
    unread = {"version": "2022-01-01", "elements": [{"type": "x"}]}
    assert subject(renderer, unread, 1) == "1"
    with pytest.raises(RenderError):
        subject(renderer, unread, 2)


def test_languages():
    """A profile's locale chooses the words, where content has them."""
    words = {"type": "meta", "title": "Hi", "locales": {"fr": {"title": "Salut"}}}
    source = {"version": "2022-01-01", "elements": [words]}
    renderer = Renderer()
    assert [subject(renderer, source, 1, locale=locale) for locale in ("fr_FR", "de", 7, "x" * 99)] == [
        "Salut", "Hi", "Hi", "Hi",
    ]  # fmt: skip


def test_content_that_is_none_is_told_as_such():
    """Content nobody validated is refused like a broken template, with its path."""
    with pytest.raises(RenderError) as caught:
        subject(Renderer(), {"version": "2022-01-01", "elements": [{"type": "x"}]})
    assert caught.value.path == "elements[0].type"


def test_variables_by_their_places():
    """`{{x}}` is the data's; Courier's own names come first, and `data.x` always reaches the data."""
    variables = Variables(
        data={"x": "data", "event": "mine", "profile": "mine"},
        profile={"x": "profile"},
        tenant={"name": "tenant"},
        brand={"id": "brand"},
        builtins={"event": "Order Completed", "courier": {"environment": "test"}},
    )
    source = {"title": "{x} {{profile.x}} {$.tenant.name} {{brand.id}} {{event}} {{data.event}} {courier.environment}"}
    said = Renderer().render("email", source, cache_key=None, variables=variables, recipient="a@x.test").content
    assert said.subject == "data profile tenant brand Order Completed mine test"


def test_the_year():
    """`{{datetime.year}}` is the year that it is; data that has a `datetime` keeps its own."""
    for data, told in (({}, "2026"), ({"datetime": {"year": "mine"}}, "mine")):
        variables = Variables(data=data, now=1_795_995_668_288)
        source = {"title": "{{datetime.year}}"}
        said = Renderer().render("email", source, cache_key=None, variables=variables, recipient="a@x.test").content
        assert said.subject == told


def test_a_cache_of_nothing_is_refused():
    """A renderer keeps one program at least."""
    with pytest.raises(ValueError, match="got 0"):
        Renderer(cache_max=0)


def test_addresses_that_data_spoils_are_told():
    """A link or picture that is left out is no riddle for the author."""
    words = "[a]({{bad}}) ![b]({{bad}}) [c]({{good}})"
    nodes = [{"type": "text", "content": words}, {"type": "action", "content": "d", "href": "{{worse}}"}]
    source = {"version": "2022-01-01", "elements": [*nodes, {"type": "image", "src": "{{none}}"}]}
    data = {"bad": "javascript:alert(1)", "worse": " no scheme" + "!" * 99, "good": "https://a.example"}

    for channel in ("email", "sms", "push", "inbox"):
        rendered = Renderer().render(
            channel, source, cache_key=None, variables=Variables(data=data), recipient="a@x.test"
        )
        assert set(rendered.unusable) <= {"javascript:alert(1)", "no scheme" + "!" * 71}
        assert "no scheme" + "!" * 71 in rendered.unusable


def test_markup_of_a_value_is_words_in_plain_text():
    """`{{{value}}}` says in an email's plain text what it says in its HTML, and no tags."""
    nodes = [{"type": "text", "content": "{{{x}}} {{x}}"}, {"type": "html", "content": "<p>{{{x}}}</p>"}]
    source = {"version": "2022-01-01", "elements": nodes}
    data = {"x": "<b>a</b> &amp; <a href='http://b'>c</a><script>d</script>"}

    said = Renderer().render("email", source, cache_key=None, variables=Variables(data=data), recipient="a@x.test")

    words = "a & c (http://b)"
    assert said.content.text == f"{words} {data['x']}\n\n{words}\n"


def test_a_picture_without_words_is_where_it_leads():
    """Nothing stands in brackets behind nothing."""
    nodes = [{"type": "image", "src": "https://a.example/b.png", "href": "https://a.example", **words}
             for words in ({}, {"alt_text": "Shop"})]  # fmt: skip
    source = {"version": "2022-01-01", "elements": nodes}

    said = Renderer().render("email", source, cache_key=None, variables=Variables(), recipient="a@x.test").content

    assert said.text == "https://a.example\n\n[Shop] (https://a.example)\n"
