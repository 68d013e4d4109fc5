"""What Swift's clients want of an object."""

from dataclasses import replace

from pithos_api.http.parsing import reading
from pithos_api.values import ObjectPath
from pithos_api.values.requests import ReadObject
from web.request_head import RequestHead


def read_object(head: RequestHead, path: ObjectPath) -> ReadObject:
    """Return what is to be read. If-Unmodified-Since must hold beside If-Match, too."""
    wanted = reading.read_object(head, path)
    if wanted.conditions is None:
        return wanted
    return replace(wanted, conditions=replace(wanted.conditions, both_of_writers=True))
