"""What a HEAD or GET wants of an object, a container or an account."""

from dataclasses import replace

from pithos_api.http.parsing.copies import read_serial
from pithos_api.http.parsing.times import read_until
from pithos_api.http.parsing.versions import read_past
from pithos_api.values import ContainerPath, ObjectPath
from pithos_api.values.requests import ReadObject, ReadState
from web.fields.conditions import read_conditions, read_validator
from web.negotiation import asked_format
from web.request_head import RequestHead

_WHOLE = ReadObject()
_DISPOSITIONS = frozenset({"inline", "attachment"})


def read_object(head: RequestHead, _: ObjectPath) -> ReadObject:
    """Return what is to be read of an object. What is malformed about it is ignored.

    Raises: InvalidTimeError, TwoStatesError: or the present would be shown for the past.
    """
    wanted = read_public(head)
    return replace(wanted, until=read_past(head)) if "until" in head.query else wanted


def read_public(head: RequestHead) -> ReadObject:
    """Return what is to be read of a published object."""
    conditions = read_conditions(head)
    fields, query = head.fields, head.query
    wanted = fields.get("HTTP_RANGE") or None
    if not (query or conditions or wanted):
        return _WHOLE
    kind = query.get("disposition-type")
    return ReadObject(
        version=read_serial(query.get("version")),
        conditions=conditions,
        range=wanted,
        if_range=read_validator(head),
        disposition=kind if kind in _DISPOSITIONS else None,
    )


def read_list(head: RequestHead, _: ObjectPath) -> ReadObject:
    """Return which list of an object is to be read: of its versions, or of its blocks.

    Raises: InvalidTimeError, TwoStatesError.
    """
    return ReadObject(
        version=read_serial(head.query.get("version")),
        until=read_past(head),
        conditions=read_conditions(head),
        form=asked_format(head),
    )


def read_state(head: RequestHead, _: ContainerPath | str) -> ReadState:
    """Return what is to be read of a container or an account, which may be its past.

    Raises: InvalidTimeError.
    """
    return ReadState(read_until(head), read_conditions(head))
