"""Regulations: what users may ask of whoever keeps their data."""

from tidings.regulations.regulation import (
    SUBJECTS_MAX,
    OverallStatus,
    Regulation,
    RegulationStatus,
    RegulationType,
    asked,
    deletes,
    forwards,
    overall,
    suppresses,
)
from tidings.regulations.subjects import Subjects, addresses_in
from tidings.regulations.told import Told, ToldStatus, told_status

__all__ = [
    "SUBJECTS_MAX",
    "OverallStatus",
    "Regulation",
    "RegulationStatus",
    "RegulationType",
    "Subjects",
    "Told",
    "ToldStatus",
    "addresses_in",
    "asked",
    "deletes",
    "forwards",
    "overall",
    "suppresses",
    "told_status",
]
