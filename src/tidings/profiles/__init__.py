"""Profiles: all we know of one user."""

from tidings.profiles.device_token import DEVICES_MAX, LIFE_MS, DeviceToken, Service, TokenStatus, with_devices
from tidings.profiles.merge import merge
from tidings.profiles.profile import Profile
from tidings.profiles.words import TELLING, Word, sought, words_of

__all__ = [
    "DEVICES_MAX",
    "LIFE_MS",
    "TELLING",
    "DeviceToken",
    "Profile",
    "Service",
    "TokenStatus",
    "Word",
    "merge",
    "sought",
    "with_devices",
    "words_of",
]
