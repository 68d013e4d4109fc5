"""What a DELETE of an object or a container asks for."""

from pithos_api.http.parsing.conditions import delete_conditions, refuse_conditions
from pithos_api.http.parsing.listings import read_delimiter
from pithos_api.http.parsing.times import purge_until
from pithos_api.http.parsing.versions import refuse_version
from pithos_api.values import ContainerPath, ObjectPath
from pithos_api.values.requests import Deletion, Purge
from web.request_head import RequestHead


def read_purge(head: RequestHead, _: ContainerPath | ObjectPath) -> Purge:
    """Return which history is to go.

    Raises: VersionRefusedError, InvalidTimeError, ConditionRefusedError.
    """
    refuse_version(head)
    until = purge_until(head)
    refuse_conditions(head, "until")
    return Purge(until, to_the_moment="." in head.query["until"])


def read_deletion(head: RequestHead, _: ContainerPath | ObjectPath) -> Deletion:
    """Return what is to be deleted, and on which conditions.

    Raises: VersionRefusedError, InvalidHeaderError.
    """
    refuse_version(head)
    return Deletion(delete_conditions(head), read_delimiter(head))
