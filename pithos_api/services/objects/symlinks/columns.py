"""What a symlink names, as the database keeps it: JSON, of which only what there is is said."""

import orjson

from pithos_api.values import Symlink


def written(symlink: Symlink) -> str:
    """Return the JSON that is kept."""
    said = {
        "account": symlink.account,
        "container": symlink.container,
        "name": symlink.name,
        "etag": symlink.etag and symlink.etag.hex(),
        "size": symlink.size,
    }
    return orjson.dumps({key: value for key, value in said.items() if value is not None}).decode()


def read(text: str) -> Symlink:
    """Return what ``written`` wrote."""
    said = orjson.loads(text)
    etag = said.get("etag")
    return Symlink(
        account=said.get("account"),
        container=said["container"],
        name=said["name"],
        etag=None if etag is None else bytes.fromhex(etag),
        size=said.get("size"),
    )


def leaving(symlink: Symlink | None, source: str, destination: str) -> Symlink | None:
    """Return a symlink that goes to another account: it names what it named before."""
    if symlink is None or symlink.account is not None or source == destination:
        return symlink
    return Symlink(source, symlink.container, symlink.name, symlink.etag, symlink.size)
