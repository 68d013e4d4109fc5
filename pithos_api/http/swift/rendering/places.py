"""Where objects are, as Swift's clients are told."""

from urllib.parse import quote

from pithos_api.values import ObjectPath, ObjectState


def place_of(path: ObjectPath) -> str:
    """Return the path under which an object is read."""
    return quote(f"/v1/AUTH_{path.account}/{path.container}/{path.name}")


def with_target_account(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return a symlink's headers with the account that it names as Swift's clients know it."""
    return [
        (name, f"AUTH_{value}" if name == "X-Symlink-Target-Account" else value)
        for name, value in headers
    ]


def located(
    headers: list[tuple[str, str]], state: ObjectState, asked: ObjectPath
) -> list[tuple[str, str]]:
    """Return an object's headers, which tell where it is if a symlink has led there."""
    if state.path == asked:
        return headers
    return [*headers, ("Content-Location", place_of(state.path))]
