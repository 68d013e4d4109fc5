"""What Swift's clients want of an object."""

from dataclasses import replace

from pithos_api.http.parsing import reading
from pithos_api.http.swift.parsing.versions import read_version_id
from pithos_api.values import ObjectPath
from pithos_api.values.requests import ReadObject
from web.request_head import RequestHead


def wants_symlink(head: RequestHead) -> bool:
    """Return whether a symlink itself is meant, not what it leads to."""
    return head.query.get("symlink") == "get"


def read_object(head: RequestHead, path: ObjectPath) -> ReadObject:
    """Return what is to be read. If-Unmodified-Since must hold beside If-Match, too.

    Raises: InvalidVersionIdError.
    """
    wanted = reading.read_object(head, path)
    if head.query:
        wanted = replace(wanted, of_symlink=wants_symlink(head))
        if (version := read_version_id(head)) is not None:
            wanted = replace(wanted, version=version)
    if wanted.conditions is None:
        return wanted
    return replace(wanted, conditions=replace(wanted.conditions, both_of_writers=True))
