"""Which path is which door."""

from typing import Final

import msgspec

from tidings.ingest import BATCH, IMPORT, INBOUND, Door

METRICS: Final = Door()
"""`/v1/m`: what analytics.js measures of itself; answered and forgotten."""

_TYPES: Final = ("track", "identify", "page", "screen", "group", "alias")
_TRACK, _IDENTIFY, _PAGE, _SCREEN, _GROUP, _ALIAS = (Door(type=kind) for kind in _TYPES)
_NAMED: dict[str, Door] = dict(zip(_TYPES, (_TRACK, _IDENTIFY, _PAGE, _SCREEN, _GROUP, _ALIAS), strict=True))
_DOORS: dict[str, Door] = {
    **{f"/v1/{kind}": door for kind, door in _NAMED.items()},
    **{f"/v1/{kind[0]}": door for kind, door in _NAMED.items()},
    "/v1/batch": BATCH,
    "/v1/b": BATCH,
    "/v1/import": IMPORT,
    "/v1/m": METRICS,
    "/inbound/segment": INBOUND,
    # RudderStack's beacons, and Jitsu's libraries in browsers (`s`) and on servers (`s2s`): segment.md §2.6
    "/beacon/v1/batch": BATCH,
    **{f"/api/s/{kind}": door for kind, door in _NAMED.items()},
    **{f"/api/s/s2s/{kind}": door for kind, door in _NAMED.items()},
}
_PIXELS: dict[str, Door] = {
    f"{path}/{kind}": msgspec.structs.replace(door, is_client_side=True)
    for path in ("/v1/pixel", "/pixel/v1")
    for kind, door in _NAMED.items()
}
_OURS = ("/v1/", "/api/s/", "/beacon/v1/", "/pixel/v1/")
_ELSEWHERE = "/v1/projects/"  # settings, not calls: another wing answers there


def door_at(path: str) -> Door | None:
    """Find the door of a path; libraries whose host ends in a slash double it, and some end in one."""
    return _DOORS.get(path) or _DOORS.get(plain(path))


def pixel_at(path: str) -> Door | None:
    """Find the door of a picture's path: a call by GET, for mails and pages without scripts."""
    return _PIXELS.get(path) or _PIXELS.get(plain(path))


def is_ours(path: str) -> bool:
    """Tell whether a path is a door, or would be one on Segment's side and deserves its 404."""
    if path in _DOORS:
        return True
    tidy = plain(path)
    return tidy in _DOORS or (tidy.startswith(_OURS) and not f"{tidy}/".startswith(_ELSEWHERE))


def plain(path: str) -> str:
    """Take doubled slashes and the last one out of a path."""
    return "/" + "/".join(filter(None, path.split("/")))
