"""Programs that are kept."""

from tidings.brands import Brand
from tidings.rendering import Manner, Renderer, Variables, renderer
from tidings.rendering.email import CompiledEmail
from tidings.rendering.kept_programs import KeptPrograms


def test_who_was_used_longest_ago_goes_first():
    """They are kept by their size; the newest stays, however large it is."""
    kept = KeptPrograms(10)
    kept.keep("a", "A", 4)
    kept.keep("b", "B", 4)
    assert kept.get("a") == "A"
    kept.keep("c", "C", 4)
    assert [kept.get(key) for key in "abc"] == ["A", None, "C"]
    kept.keep("d", "D", 99)
    assert [kept.get(key) for key in "acd"] == [None, None, "D"]


def test_each_version_language_and_brand_is_compiled_once(monkeypatch):
    """Also where one template is sent in the brands of many tenants, in turn."""
    made = []
    monkeypatch.setattr(
        renderer, "CompiledEmail", lambda *given, **named: made.append(1) or CompiledEmail(*given, **named)
    )
    source = {
        "version": "2022-01-01",
        "elements": [{"type": "text", "content": "Hi", "locales": {"fr": {"content": "Salut"}}}],
    }
    brands = [
        Brand(environment_id=1, id=f"b{at}", name="B", created=1, updated=1, published=1, settings={})
        for at in range(40)
    ]
    rendering = Renderer()
    for version in (1, 2, 1, 2):
        for locale in ("en", "fr"):
            for brand in brands[: 40 if version == 1 and locale == "en" else 1]:
                variables = Variables(data={}, profile={"locale": locale})
                rendering.render(
                    "email", source, cache_key=("t", version), variables=variables, recipient="a@x.test",
                    manner=Manner(brand=brand),
                )  # fmt: skip
    assert len(made) == 40 + 3
