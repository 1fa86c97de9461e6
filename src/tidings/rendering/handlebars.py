"""The template language's seam: a source becomes a program that can be run many times.

Values are printed, never evaluated: what they hold is no template. Attributes of Python objects cannot be reached,
output and steps are bounded (`program.py`).
"""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, assert_never

from tidings.rendering.blocks import BLOCKS, chosen, section, speaking
from tidings.rendering.called import Called, Helper
from tidings.rendering.commonmark import markdown_html
from tidings.rendering.escape import Escape
from tidings.rendering.grammar import parse
from tidings.rendering.lookup import Read, reader
from tidings.rendering.partials import Body, partial, with_partials
from tidings.rendering.plain_html import worded
from tidings.rendering.printing import (
    address_escaped,
    escaped,
    markdown_escaped,
    phrase_escaped,
    sanitised,
    script_escaped,
    slack_escaped,
    tag_escaped,
    text_of,
)
from tidings.rendering.program import Operation, Operations, Run, Scope, capture, play, render
from tidings.rendering.render_error import RenderError
from tidings.rendering.stage import Stage
from tidings.rendering.syntax import Block, Call, Constant, Inline, Lookup, Node, Partial, Print, Value
from tidings.rendering.vocabulary import VOCABULARY
from tidings.rendering.words_of_logic import DECIDES

_SHOWN: dict[Escape, Callable[[Any], str]] = {
    Escape.NONE: text_of,
    Escape.WORDS: text_of,
    Escape.HTML: escaped,
    Escape.TAGS: tag_escaped,
    Escape.SLACK: slack_escaped,
    Escape.MARKDOWN: markdown_escaped,
    Escape.SCRIPT: script_escaped,
    Escape.PHRASE: phrase_escaped,
    Escape.ADDRESS: address_escaped,
}
_MARKUP: dict[Escape, Callable[[Any, dict[str, str]], str]] = {Escape.HTML: sanitised, Escape.WORDS: worded}
"""Where `{{{value}}}` is not as `{{value}}` is."""


class Compiled:
    """A program. Safe to run from anywhere, any number of times."""

    __slots__ = ("operations",)

    def __init__(self, operations: Operations) -> None:
        self.operations = operations

    def render(self, context: dict[str, Any]) -> str:
        """Run it over JSON values. Raises `RenderError` when it passes a bound."""
        return render(self.operations, Stage(root=dict(context)))


def compile(source: str, *, escape: Escape, path: str = "", marks: tuple[Operations, ...] = ()) -> Compiled:  # noqa: A001 (what compilers do)
    """Compile a template. Raises `RenderError` at `path`.

    `marks` are programs that the source refers to by `{{@mark 0}}`, `{{@mark 1}}` …; see `markdown.py`.
    """
    return Compiled(_Compiler(escape, path, marks).operations(parse(source, path=path)))


def _name_of(call: Call) -> str:
    """Write a path as people do; empty for what is no variable of the message."""
    path = call.path
    if not isinstance(path, Lookup) or path.start == "@" or not path.parts:
        return ""
    return ".".join(path.parts)


def _called_by(call: Call) -> Helper | None:
    """Find the helper that is called. A name alone is a variable: `{{path}}` is what a page's call brings, no question.

    `and`, `or` and `not` say something of nothing, too.
    """
    is_alone = call.path is not None and not call.args and not call.named
    return None if is_alone and call.name not in DECIDES else VOCABULARY.get(call.name)


class _Compiler:
    def __init__(self, escape: Escape, path: str, marks: tuple[Operations, ...]) -> None:
        self._path = path
        self._marks = marks
        self._escape = escape
        self._shown = _SHOWN[escape]

    def operations(self, nodes: tuple[Node, ...]) -> Operations:
        flat: list[Operation] = []
        for node in nodes:
            match node:
                case str():
                    flat.append(node)
                case Print(call=call) if call.name == "@mark" and call.args:
                    flat.extend(self._mark(call))
                case Print(call=call, raw=raw):
                    flat.append(self._printer(call, raw=raw))
                case Block():
                    flat.append(self._block(node))
                case Partial():
                    flat.append(self._partial(node))
                case Inline():
                    pass
                case _:
                    assert_never(node)
        own = self._own(nodes)
        return (with_partials(own, tuple(flat)),) if own else tuple(flat)

    def _own(self, nodes: tuple[Node, ...]) -> dict[str, Operations]:
        return {node.name: self.operations(node.body) for node in nodes if isinstance(node, Inline)}

    def _partial(self, node: Partial) -> Operation:
        return partial(
            node.name if isinstance(node.name, str) else self._read(node.name),
            None if node.context is None else self._read(node.context),
            {name: self._read(value) for name, value in node.named.items()},
            None if node.body is None else Body(self.operations(node.body), self._own(node.body)),
            indent=node.indent,
            escape=self._escape,
        )

    def _printer(self, call: Call, *, raw: bool) -> Operation:
        read, shown = self._read(call), self._shown
        name = _name_of(call) if _called_by(call) is None else ""
        markup = _MARKUP.get(self._escape) if raw else None

        def printed(run: Run, scope: Scope) -> str:
            value = read(run, scope)
            if value is None and name:
                value = run.miss(name)
            return shown(value) if markup is None else markup(value, run.cleaned)

        return printed

    def _mark(self, call: Call) -> Operations:
        match call.args:
            case (Constant(value=int(index)),) if index < len(self._marks):
                return self._marks[index]
        raise RenderError(self._path, "not a valid template: @mark is not a helper")

    def _block(self, block: Block) -> Operation:
        body, inverse = self.operations(block.body), self.operations(block.inverse)
        call = block.call
        if call.name in BLOCKS:
            if len(call.args) != 1:
                raise RenderError(self._path, f"not a valid template: #{call.name} takes exactly one value")
            named = {name: self._read(value) for name, value in call.named.items()}
            return BLOCKS[call.name](self._read(call.args[0]), named, call.params, body, inverse)
        if call.name in DECIDES:
            return chosen(self._call(call), body, inverse)
        if call.name in {"markdown", "intl"}:
            return self._wrapped(block)
        if call.args or call.named:
            raise RenderError(self._path, f"not a valid template: no block #{call.name[:60]} is known")
        return section(self._read(call), call.params, body, inverse)

    def _wrapped(self, block: Block) -> Operation:
        """`{{#markdown}}` renders its words where there is HTML; values in them are shown, not obeyed.

        `{{#intl locales="fr"}}` speaks that language to its end.
        """
        if block.call.name == "markdown" and self._escape is Escape.HTML:
            inner = _Compiler(Escape.MARKDOWN, self._path, self._marks).operations(block.body)
            return lambda run, scope: markdown_html(capture(inner, run, scope))
        body = self.operations(block.body)
        tongue = block.call.named.get("locales", block.call.named.get("locale"))
        if block.call.name == "intl" and tongue is not None:
            return speaking(self._read(tongue), body)
        return lambda run, scope: play(body, run, scope)

    def _read(self, value: Value) -> Read:
        match value:
            case Constant(value=constant):
                return lambda _run, _scope: constant
            case Lookup():
                return reader(value)
            case Call():
                return self._call(value)
        assert_never(value)

    def _call(self, call: Call) -> Read:
        helper = _called_by(call)
        if helper is not None:
            return self._calling(helper, call)
        if call.args or call.named:
            called = call.name[:60]
            near = get_close_matches(called, [*VOCABULARY, *DECIDES], n=1) or [
                name for name in VOCABULARY if called.lower() in name.lower()
            ]
            hint = f", did you mean {near[0]}?" if near else ""
            raise RenderError(self._path, f"not a valid template: no helper {called} is known{hint}")
        return (lambda _run, _scope: None) if call.path is None else self._read(call.path)

    def _calling(self, helper: Helper, call: Call) -> Read:
        name = call.name
        args = tuple(self._read(argument) for argument in call.args)
        named = {key: self._read(value) for key, value in call.named.items()}

        def called(run: Run, scope: Scope) -> Any:
            given = [read(run, scope) for read in args]
            return helper(Called(name, given, {key: read(run, scope) for key, read in named.items()}, run, scope))

        return called
