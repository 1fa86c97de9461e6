"""Profiles: all we know of one user."""

from tidings.profiles.merge import merge
from tidings.profiles.profile import Profile

__all__ = ["Profile", "merge"]
