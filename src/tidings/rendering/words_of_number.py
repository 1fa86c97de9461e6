"""Helpers that count (courier-semantics.md §15). What is no number is refused, as is dividing by nothing."""

import math

from tidings.rendering.called import Called, Vocabulary


def _round(called: Called) -> float:
    """Halves go away from zero."""
    number = called.number()
    return math.copysign(math.floor(abs(number) + 0.5), number)


def _divide(called: Called) -> float:
    by = called.number(1)
    if by == 0:
        raise called.wrong("cannot divide by 0")
    return called.number() / by


def _mod(called: Called) -> float:
    """The sign is the dividend's."""
    by = called.number(1)
    if by == 0:
        raise called.wrong("cannot divide by 0")
    return math.fmod(called.number(), by)


def _subtract(called: Called) -> float:
    return called.number() - called.number(1)


NUMBER: Vocabulary = {
    "abs": lambda called: abs(called.number()),
    "ceil": lambda called: math.ceil(called.number()),
    "floor": lambda called: math.floor(called.number()),
    "round": _round,
    "inc": lambda called: called.number() + 1,
    "add": lambda called: called.number() + called.number(1),
    "subtract": _subtract,
    "sub": _subtract,
    "multiply": lambda called: called.number() * called.number(1),
    "divide": _divide,
    "mod": _mod,
}
