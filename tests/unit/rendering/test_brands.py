"""How brands are checked and drawn."""

import msgspec
import pytest

from tidings.brands import Brand, Draft
from tidings.errors import InvalidInput
from tidings.rendering import Manner, Renderer, Variables, check_brand

SOURCE = {"title": "Hello", "body": "Words"}
SECTION = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"


def brand(brand_id="acme", updated=1, **email):
    """A brand with these settings of its emails."""
    return Brand(
        environment_id=1, id=brand_id, name="Acme", created=1, updated=updated, published=1, settings={"email": email}
    )


def email(own, default=None, **data):
    """The email that is drawn in a brand."""
    manner = Manner(brand=own, fallback=default)
    variables = Variables(data=data, profile={}, brand=own.variables())
    return Renderer().render(
        "email", SOURCE, cache_key=None, variables=variables, recipient="a@x.test", manner=manner
    ).content  # fmt: skip


def mjml(**parts):
    """An override in MJML that is in use."""
    return {"enabled": True, "mjml": {"enabled": True, **parts}}


@pytest.mark.parametrize(
    ("settings", "path", "told"),
    [
        ({"emial": {}}, "settings.emial", "did you mean email?"),
        ({"email": {"header": {"barColour": "red"}}}, "settings.email.header.barColour", "did you mean barColor?"),
        ({"email": {"header": {"barColor": "{brand.colors.x}"}}}, "settings.email.header.barColor", "must be a colour"),
        ({"colors": {"mine": "#12"}}, "settings.colors.mine", "must be a colour"),
        ({"colors": {"mine": {}}}, "settings.colors.mine", "must be a colour"),
        ({"email": {"header": {"logo": {"image": "logo.png"}}}}, "settings.email.header.logo.image", "https://"),
        ({"email": {"header": {"logo": {"image": "tel:1"}}}}, "settings.email.header.logo.image", "https://"),
        ({"email": {"footer": {"social": {"twitter": {"url": "javascript:1"}}}}},
         "settings.email.footer.social.twitter.url", "https://"),
        ({"email": {"footer": {"markdown": "{{#if x}}"}}}, "settings.email.footer.markdown", "not closed"),
        ({"email": {"head": {"content": "<link>"}}}, "settings.email.head.content", "styles and nothing else"),
        ({"email": {"templateOverride": {"enabled": True, "width": "wide"}}},
         "settings.email.templateOverride.width", "a width in pixels"),
        ({"email": {"templateOverride": {"enabled": True, "header": "<p onclick='x'>"}}},
         "settings.email.templateOverride.header", "nothing that acts"),
        ({"email": {"templateOverride": {"enabled": True, "header": "<img/onerror=x>"}}},
         "settings.email.templateOverride.header", "nothing that acts"),
        ({"email": {"templateOverride": {"enabled": True, "footer": "<a href='&#106;avascript:x'>a</a>"}}},
         "settings.email.templateOverride.footer", "nothing that acts"),
        ({"email": {"templateOverride": {"enabled": True, "header": "{{nope 1}}"}}},
         "settings.email.templateOverride.header", "no helper nope"),
        ({"email": {"templateOverride": mjml(header="<mj-section>")}},
         "settings.email.templateOverride.mjml.header", "is not closed"),
        ({"email": {"templateOverride": mjml(header="</mj-section><mj-section>")}},
         "settings.email.templateOverride.mjml.header", "is not closed"),
        ({"email": {"templateOverride": mjml(footer="<mj-nope></mj-nope>")}},
         "settings.email.templateOverride.mjml.footer", "mj-nope"),
        ({"email": {"templateOverride": mjml(head="<mj-style>{{#if x}}.a {}{{/if}}</mj-style>")}},
         "settings.email.templateOverride.mjml.head", "not a valid template"),
        ({"email": {"templateOverride": mjml(header=SECTION.format("tdgslot0x"))}},
         "settings.email.templateOverride.mjml.header", "tdgslot"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_with_its_place(settings, path, told):
    """Fields that nobody knows, colours, addresses and layouts are looked at before a brand is saved."""
    with pytest.raises(InvalidInput) as caught:
        check_brand(settings)
    assert caught.value.path == path
    assert told in str(caught.value)


def test_what_the_documentation_names_is_taken():
    """Every documented field passes, nulls and half-written layouts that are switched off too."""
    layout = {
        "enabled": False,
        "backgroundColor": "#fff",
        "blocksBackgroundColor": "white",
        "width": "600",
        "head": "<b",
        "header": "<mj-",
        "footer": None,
    }
    check_brand(
        {
            "colors": {"primary": "#123456", "secondary": "", "tertiary": "rgb(1,2,3)", "mine": "red"},
            "email": {
                "header": {"barColor": "#123", "logo": {"href": "https://x.test/{{id}}", "image": "{{brand.x}}"}},
                "head": {"inheritDefault": True, "content": "<style>p > b { color: red }</style>"},
                "footer": {"inheritDefault": False, "markdown": "Hi", "content": "Hi", "social": {"medium": None}},
                "templateOverride": {
                    **layout, "footerBackgroundColor": "red", "footerFullWidth": True, "mjml": layout
                },
                "backgroundColor": "#fff",
            },
            "inapp": {"placement": "top", "whateverItsClientsRead": {"x": 1}},
        }
    )  # fmt: skip


def test_mjml_of_its_own_has_values_and_blocks():
    """Header and footer in MJML are part of the email's own: tags of templates work between its elements too."""
    own = brand(
        templateOverride=mjml(
            header="{{#if vip}}" + SECTION.format("Dear {{name}}") + "{{/if}}",
            footer=SECTION.format('<a href="{{url}}">Leave</a>'),
            head='<mj-style>.own { color: {{brand.email.tone}} }</mj-style><mj-attributes><mj-text color="#0a0b0c" />'
            "</mj-attributes>",
        ),
        tone="red;</style>",
    )
    html = email(own, vip=True, name="<Ann>", url="javascript:x").html
    assert "Dear &lt;Ann&gt;" in html
    assert "<a>Leave</a>" in html
    assert ".own { color: red;&lt;/style&gt; }" in html
    assert "#0a0b0c" in html
    assert "Dear" not in email(own, vip=False).html


def test_the_override_in_html_is_used_until_mjml_is_enabled():
    """`enabled` switches the override on; `mjml.enabled` takes MJML instead of HTML; colours are shared."""
    layouts = {"enabled": True, "header": "<p>In HTML</p>", "backgroundColor": "#010203", "width": 700}
    written = {"header": SECTION.format("In MJML"), "footer": SECTION.format("Bye")}
    html = email(brand(templateOverride={**layouts, "mjml": {"enabled": False, **written}})).html
    assert "In HTML" in html
    assert "In MJML" not in html
    other = email(brand(templateOverride={**layouts, "mjml": {"enabled": True, **written}}))
    assert "In MJML" in other.html
    assert "In HTML" not in other.html
    assert "#010203" in other.html
    assert "max-width:700px" in other.html
    assert other.text.endswith("Bye\n")
    assert "In HTML" not in email(brand(templateOverride={**layouts, "enabled": False})).html


def test_parts_that_inherit_are_the_default_brands():
    """`inheritDefault` draws header, footer and head as the default brand has them."""
    default = brand(
        "default",
        header={"barColor": "#111111"},
        footer={"markdown": "Default Ltd"},
        head={"content": ".d { color: red }"},
    )
    own = {
        "header": {"barColor": "#222222", "inheritDefault": True},
        "footer": {"markdown": "Own Ltd", "inheritDefault": True},
        "head": {"content": ".o { color: blue }", "inheritDefault": True},
    }
    said = email(brand(**own), default)
    assert "#111111" in said.html
    assert "#222222" not in said.html
    assert "Default Ltd" in said.html
    assert "Own Ltd" not in said.html
    assert ".d { color: red }\n.o { color: blue }" in said.html
    assert said.text.endswith("Default Ltd\n")
    alone = email(brand(**own))
    assert "#222222" in alone.html
    assert "Own Ltd" in alone.html


def test_a_new_default_is_drawn_at_once():
    """What was compiled with one writing of the default is not used with the next."""
    renderer, own = Renderer(), brand(footer={"inheritDefault": True})
    said = []
    for updated, words in ((1, "First"), (2, "Second")):
        manner = Manner(brand=own, fallback=brand("default", updated, footer={"markdown": words}))
        variables = Variables(data={}, profile={})
        said.append(
            renderer.render("email", SOURCE, cache_key=1, variables=variables, recipient="a", manner=manner)
        )  # fmt: skip
    assert [words in one.content.html for one, words in zip(said, ("First", "Second"), strict=True)] == [True, True]


def test_a_draft_shows_what_a_brand_may_become():
    """Shown as drafted it has the draft's words and no draft; without one it is itself."""
    plain = brand()
    assert plain.drafted() is plain
    draft = Draft(name="Next", settings={"colors": {"primary": "red"}}, updated=2)
    shown = msgspec.structs.replace(plain, draft=draft).drafted()
    assert (shown.name, shown.settings, shown.draft, shown.key) == ("Next", draft.settings, None, (1, "acme", 2))
