"""Regulations: what users may ask of whoever keeps their data."""

from tidings.regulations.regulation import (
    SUBJECTS_MAX,
    Regulation,
    RegulationStatus,
    RegulationType,
    asked,
    deletes,
    forwards,
    suppresses,
)
from tidings.regulations.subjects import Subjects, addresses_in

__all__ = [
    "SUBJECTS_MAX",
    "Regulation",
    "RegulationStatus",
    "RegulationType",
    "Subjects",
    "addresses_in",
    "asked",
    "deletes",
    "forwards",
    "suppresses",
]
