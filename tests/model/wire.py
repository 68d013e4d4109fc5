"""How the model's terms are written on the wire."""

from tests.model.caller import Answer
from tests.model.reference import Change, Place, Share


def path_of(place: Place | str) -> str:
    if isinstance(place, str):
        return place if place.startswith("/") else f"/v1/{place}"
    return f"/v1/{place.owner}/{place.container}" + (f"/{place.name}" if place.name else "")


def quoted(text: str) -> str:
    return "".join(c if c.isascii() and c != "%" else percent(c) for c in text)


def percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


def headers_of(change: Change) -> dict[str, str]:
    headers = {f"X-Object-Meta-{key}": quoted(value) for key, value in change.meta.items()}
    if change.share is not None:
        headers["X-Object-Sharing"] = sharing_text(change.share)
    if change.public is not None:
        headers["X-Object-Public"] = str(change.public).lower()
    if change.if_none_match:
        headers["If-None-Match"] = "*"
    return headers


def sharing_text(share: Share) -> str:
    lists = (("read", share.readers), ("write", share.writers))
    return "; ".join(f"{verb}={','.join(sorted(names))}" for verb, names in lists if names)


def content_range(span: tuple[int | None, int | None]) -> str:
    if span[0] is None:
        return "bytes */*"
    return f"bytes {span[0]}-{'' if span[1] is None else span[1] - 1}/*"


def byte_range(wanted: tuple[int | None, int | None]) -> str:
    first, last = ("" if bound is None else bound for bound in wanted)
    return f"bytes={first}-{last}"


def bounds(wanted: tuple[int | None, int | None]) -> tuple[int | None, int | None]:
    return wanted[0], None if wanted[1] is None else wanted[1] + 1


def listed(answer: Answer) -> list[tuple[str, bool]]:
    return [(each.get("subdir", each.get("name")), "subdir" in each) for each in answer.json]
