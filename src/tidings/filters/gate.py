"""A destination's filters together: what each call may pass as, if at all.

All conditions are asked of the call as it came. Then, whatever the order of the filters: samples, drops, properties
taken out, properties allowed (segment.md §0).
"""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any

import msgspec

from tidings.errors import InvalidInput
from tidings.filters.explain import explain
from tidings.filters.filter import AllowProperties, Drop, DropProperties, Filter, Only, Sample
from tidings.filters.nodes import Everything, Node, Path
from tidings.filters.parse import parse
from tidings.filters.program import Ask, compiled, paths_of
from tidings.filters.properties import with_only, without
from tidings.filters.reading import Parts, Reader, Row, decode

Stamps = Callable[[str], Any]
"""What accept has settled about a call, by name: see `reading.STAMPED`."""


class Verdict(msgspec.Struct, frozen=True):
    """What a destination's filters make of one call."""

    passes: bool
    body: bytes
    """The call as it may go on; as it came, when nothing was taken out."""
    filter_id: str = ""
    """The filter that kept it back."""
    title: str = ""
    changed_by: tuple[str, ...] = ()
    """The filters that took something out."""
    why: str = ""


class _Rule(msgspec.Struct, frozen=True):
    filter: Filter
    node: Node
    ask: Ask
    problem: str
    """Why the condition cannot be read; empty when it can."""


class _Stop(msgspec.Struct, frozen=True):
    """An action that may keep a call back, and whose it is."""

    index: int
    action: Sample | Drop | Only


class _Plan(msgspec.Struct, frozen=True):
    """What is done with the calls of one source, in its order: worked out once, since calls are many."""

    rules: tuple[_Rule, ...]
    broken: _Rule | None
    stops: tuple[_Stop, ...]
    """Samples, then drops, then onlys."""
    trims: bool
    """Some rule takes properties out."""


class Gate:
    """The filters of one destination, compiled. Asking changes nothing and never raises."""

    def __init__(self, filters: Sequence[Filter]) -> None:
        """Compile what is enabled. A condition that is none keeps every call back: a filter must not fail open."""
        read = [(each, *_read(each)) for each in filters if each.enabled]
        samples = [_path(action.path) for each in filters for action in each.actions if isinstance(action, Sample)]
        paths: list[Parts] = [path for _, node, _ in read for path in paths_of(node)]
        self._reader = Reader([*paths, *[path for path in samples if path]])
        self._at = {path: index for index, path in enumerate(self._reader.paths)}
        self._rules = [_Rule(each, node, compiled(node, self._reader.paths), problem) for each, node, problem in read]
        self._named = {rule.filter.source_id for rule in self._rules}
        self._plans: dict[int | None, _Plan] = {}

    @property
    def is_open(self) -> bool:
        """Nothing is filtered at all."""
        return not self._rules

    def judge(self, body: bytes, stamps: Stamps, source_id: int | None) -> Verdict:
        """Decide about one call."""
        plan = self._plan(source_id)
        if not plan.rules:
            return Verdict(passes=True, body=body)
        if plan.broken is not None:
            return _kept_back(plan.broken, body, _said(plan.broken, {}))
        row = self._reader.read(body, [stamps(name) for name in self._reader.stamped])
        met = [rule.ask(*row) for rule in plan.rules]
        for stop in plan.stops:
            if self._keeps_back(stop, plan, row, stamps, holds=met[stop.index]):
                rule = plan.rules[stop.index]
                return _kept_back(rule, body, self._why(rule, row, stop.action))
        if not plan.trims:
            return Verdict(passes=True, body=body)
        return self._trimmed([rule for rule, holds in zip(plan.rules, met, strict=True) if holds], body)

    def explained(self, body: bytes, stamps: Stamps, source_id: int | None) -> list[tuple[str, str]]:
        """Say of each filter that concerns a source its title, and why its condition holds for a call, or does not."""
        row = self._reader.read(body, [stamps(name) for name in self._reader.stamped])
        values = dict(zip(self._reader.paths, row, strict=True))
        return [(rule.filter.title, _said(rule, values)) for rule in self._plan(source_id).rules]

    def _plan(self, source_id: int | None) -> _Plan:
        key = source_id if source_id in self._named else None  # all sources that no filter names share one
        plan = self._plans.get(key)
        if plan is None:
            rules = tuple(rule for rule in self._rules if rule.filter.source_id in (None, key))
            stops = tuple(
                _Stop(index, action)
                for kind in (Sample, Drop, Only)
                for index, rule in enumerate(rules)
                for action in rule.filter.actions
                if isinstance(action, kind)
            )
            broken = next((rule for rule in rules if rule.problem), None)
            trims = len(stops) < sum(len(rule.filter.actions) for rule in rules)
            plan = self._plans[key] = _Plan(rules, broken, stops, trims)
        return plan

    def _keeps_back(self, stop: _Stop, plan: _Plan, row: Row, stamps: Stamps, *, holds: bool) -> bool:
        match stop.action:
            case Drop():
                return holds
            case Only():
                return not holds
            case Sample(percent, path):
                lot = self._lot(path, plan.rules[stop.index], row, stamps) if holds else b""
                return holds and not _is_sampled(percent, lot)

    def _lot(self, path: str, rule: _Rule, row: Row, stamps: Stamps) -> bytes:
        """Draw by what the call says, never by chance: asked again, it has the same fate."""
        parts = _path(path)
        if parts:
            return msgspec.json.encode(row[self._at[parts]], order="deterministic")
        return f"{rule.filter.id}\n{stamps('messageId')}".encode()

    def _why(self, rule: _Rule, row: Row, action: Sample | Drop | Only) -> str:
        said = explain(rule.node, dict(zip(self._reader.paths, row, strict=True)))
        return f"{said}; it is not among the {action.percent:.6g} that pass" if isinstance(action, Sample) else said

    def _trimmed(self, met: list[_Rule], body: bytes) -> Verdict:
        edits: list[tuple[Any, str, Any]] = []
        for kind, edit in ((DropProperties, without), (AllowProperties, with_only)):
            edits += [
                (edit, rule.filter.id, action)
                for rule in met
                for action in rule.filter.actions
                if isinstance(action, kind)
            ]
        if not edits:
            return Verdict(passes=True, body=body)
        call = decode(body)
        for edit, _, action in edits:
            edit(call, action.fields, _path)
        by = tuple(dict.fromkeys(filter_id for _, filter_id, _ in edits))
        return Verdict(passes=True, body=msgspec.json.encode(call), changed_by=by)


def check(each: Filter, path: str) -> None:
    """See that a filter can be kept. Raises `InvalidInput` with the path of what is wrong."""
    try:
        parse(each.condition)
    except InvalidInput as error:
        raise type(error)(error.message, path=f"{path}if", code=error.code) from None
    for number, action in enumerate(each.actions):
        where = f"{path}actions[{number}]"
        match action:
            case Sample(path=at) if at:
                _checked_path(at, f"{where}.path")
            case DropProperties(fields) | AllowProperties(fields):
                for at in fields:
                    if at:
                        _checked_path(at, f"{where}.fields")


def _checked_path(text: str, where: str) -> None:
    if not _path(text):
        raise InvalidInput(f"{text[:80]!r} is no path: write it as in `properties.order.id`", path=where)


def _path(text: str) -> Parts:
    """Read a path; empty when it is none."""
    if not text:
        return ()
    try:
        node = parse(text)
    except InvalidInput:
        return ()
    return node.parts if isinstance(node, Path) else ()


def _read(each: Filter) -> tuple[Node, str]:
    try:
        return parse(each.condition), ""
    except InvalidInput as error:
        return Everything(), error.message


def _is_sampled(percent: float, lot: bytes) -> bool:
    """What is kept at one share is kept at every larger one."""
    drawn = int.from_bytes(blake2b(lot, digest_size=8).digest()) / 2**64
    return drawn < percent


def _said(rule: _Rule, values: dict[Parts, Any]) -> str:
    return f"the condition cannot be read: {rule.problem}" if rule.problem else explain(rule.node, values)


def _kept_back(rule: _Rule, body: bytes, why: str) -> Verdict:
    return Verdict(passes=False, body=body, filter_id=rule.filter.id, title=rule.filter.title, why=why)
