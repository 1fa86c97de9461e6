"""WhatsApp's two forms: approved templates, and the text of a session."""

import msgspec
import pytest

from tidings.elemental import parse
from tidings.errors import InvalidInput
from tidings.rendering import Manner, NothingToSay, Renderer, RenderError, Variables, check, preview

ORDER = {
    "name": "order_update",
    "language": "en_US",
    "components": [
        {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://x.test/{{order.id}}.png"}}]},
        {"type": "body", "parameters": [
            {"type": "text", "parameter_name": "name", "text": "{{profile.name}}"},
            {"type": "currency", "currency": {"fallback_value": "{{total}}", "code": "EUR", "amount_1000": 39900}},
        ]},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "{{order.id}}"}]},
    ],
}  # fmt: skip


def source(*elements, **raw):
    """Content with a block for WhatsApp."""
    block = {"type": "channel", "channel": "whatsapp", "raw": raw}
    if elements:
        block["elements"] = list(elements)
    return {"version": "2022-01-01", "elements": [block]}


def said(content, **profile):
    """What it comes to."""
    variables = Variables(data={"order": {"id": "A-7"}, "total": "39.90"}, profile={"name": "Ann\n\tLee", **profile})
    return (
        Renderer()
        .render("direct_message", content, cache_key=None, variables=variables, recipient="+49", provider="whatsapp")
        .content
    )


def test_an_approved_template_is_filled_in():
    """Name and language are what was approved; variables of the message fill its values, each in one line."""
    made = said(source(template=ORDER))
    assert (made.template.name, made.template.language, made.body) == ("order_update", "en_US", "")
    header, body, button = made.template.components
    assert header["parameters"][0]["image"]["link"] == "https://x.test/A-7.png"
    assert [one.get("text") for one in body["parameters"]] == ["Ann Lee", None]
    assert body["parameters"][1]["currency"] == {"fallback_value": "39.90", "code": "EUR", "amount_1000": 39900}
    assert button == {**ORDER["components"][2], "parameters": [{"type": "text", "text": "A-7"}]}
    assert made.parts()["blocks"][0]["name"] == "order_update"


def test_session_text_stands_beside_it():
    """Elements are the text; without a template they are what is sent."""
    text = {"type": "text", "content": "Hi **{{profile.name}}**"}
    assert said(source(text, template=ORDER)).body == "Hi *Ann\n\tLee*"
    assert said(source(text)).template is None
    with pytest.raises(NothingToSay):
        said(source(text="{{nothing}}"))


def picture(name):
    """A picture."""
    return {"type": "image", "src": f"https://x.test/{name}"}


@pytest.mark.parametrize(
    ("elements", "image"),
    [
        ([picture("a.png")], "https://x.test/a.png"),
        ([picture("{{order.id}}?x=a.gif")], "https://x.test/A-7?x=a.gif"),
        ([picture("a.png"), picture("b.png")], "https://x.test/a.png"),
        ([picture("a.webp"), picture("b.png")], "https://x.test/b.png"),
        ([picture("a.png"), {"type": "text", "content": "Hi"}], "https://x.test/a.png"),
        ([picture("a.png"), {"type": "text", "content": "x" * 1025}], ""),
        ([picture("a.png"), picture("b.png"), {"type": "text", "content": "Hi"}], ""),
        ([picture("a.gif?1"), {"type": "text", "content": "Hi"}], ""),
    ],
)
def test_a_picture_is_sent_as_one(elements, image):
    """One picture alone, or with words that fit below it; what WhatsApp cannot show leaves the words alone."""
    assert said(source(*elements)).image == image


def test_a_picture_that_whatsapp_cannot_show_says_nothing():
    """Alone, it is no message, and why is told."""
    with pytest.raises(NothingToSay, match="JPEG and PNG alone"):
        said(source(picture("a.svg")))
    assert said(source(picture("a.png"), template=ORDER)).image == ""


def test_the_language_may_be_the_recipients():
    """It may name a variable; a message without a language is not sent."""
    template = {"name": "hi", "language": "{{profile.locale}}"}
    assert said(source(template=template), locale="pt-BR").template.language == "pt_BR"
    with pytest.raises(RenderError, match="names no language"):
        said(source(template=template))
    assert said(source(template={**template, "language": {"code": "de"}})).template.language == "de"


def test_another_language_has_another_template():
    """`locales` of the block replace what is written by hand."""
    content = source(template={"name": "hi", "language": "en"})
    content["elements"][0]["locales"] = {"de": {"raw": {"template": {"name": "hallo", "language": "de"}}}}
    assert said(content, locale="de-AT").template.name == "hallo"
    assert said(content, locale="fr").template.name == "hi"


@pytest.mark.parametrize(
    ("change", "path", "told"),
    [
        ({"name": "Order Update"}, "name", "lower case"),
        ({"language": ""}, "language", "length"),
        ({"policy": "x"}, "policy", "is not a field here"),
        ({"components": [{"type": "footer"}]}, "components[0].type", "known are header, body, button"),
        ({"components": [{"type": "body", "parameters": [{"type": "txt"}]}]}, "components[0].parameters[0].type",
         "known are text, currency"),
        ({"components": [{"type": "body", "parameters": [{"type": "text"}]}]}, "components[0].parameters[0].text",
         "required where the type is text"),
        ({"components": [{"type": "button", "index": 0}]}, "components[0].sub_type", "required for a button"),
    ],
)  # fmt: skip
def test_what_whatsapp_would_refuse_is_refused_when_it_is_saved(change, path, told):
    """The shape of an approved template is looked at, and the path of what is wrong told."""
    with pytest.raises(InvalidInput) as caught:
        parse(source(template={**ORDER, **change}))
    where = "notification.content.elements[0].raw.template"
    assert caught.value.path == f"{where}.{path}"
    assert told in str(caught.value)


def test_its_values_are_templates_that_are_checked():
    """A value that is no template is told with its path."""
    broken = msgspec.json.decode(msgspec.json.encode(ORDER).replace(b"{{total}}", b"{{nope 1}}"))
    with pytest.raises(RenderError) as caught:
        check(parse(source(template=broken)))
    assert caught.value.path == "elements[0].raw.template.components[1].parameters[1].currency.fallback_value"


def test_a_preview_shows_it():
    """With the values filled in, and the variables that it names."""
    variables = Variables(data={"order": {"id": "A-7"}}, profile={"name": "Ann"})
    shown = preview(Renderer(), source(template=ORDER), variables, manner=Manner())
    assert list(shown.channels) == ["whatsapp"]
    assert shown.channels["whatsapp"].content.template.name == "order_update"
    assert shown.channels["whatsapp"].missing == ("total",)
    assert "order.id" in shown.variables
