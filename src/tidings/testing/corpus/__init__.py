"""Calls as a real installation gets them: every event family of Segment's Spec, from a seed."""

from tidings.testing.corpus.calls import corpus
from tidings.testing.corpus.families import FAMILIES

__all__ = ["FAMILIES", "corpus"]
