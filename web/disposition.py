"""The field that names a file for a browser."""

from urllib.parse import quote


def disposition(kind: str, name: str) -> str:
    """Return a Content-Disposition that names the file ``name`` (RFC 6266).

    kind: inline or attachment.
    """
    return f"{kind}; filename*=UTF-8''{quote(name, safe='')}"


def file_name(name: str) -> str:
    """Return the last part of an object's name."""
    return name.rstrip("/").rpartition("/")[2]
