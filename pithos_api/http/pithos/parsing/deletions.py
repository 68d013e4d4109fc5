"""Deletions, with Pithos' rule for dates."""

from dataclasses import replace

from pithos_api.http.parsing import deletions
from pithos_api.values import ContainerPath, ObjectPath
from pithos_api.values.requests import Deletion
from web.request_head import RequestHead


def read_deletion(head: RequestHead, path: ContainerPath | ObjectPath) -> Deletion:
    """Return what is to be deleted; beside If-Match no date counts (RFC 9110 §13.1.4).

    Raises: as ``parsing.deletions.read_deletion``.
    """
    wanted = deletions.read_deletion(head, path)
    conditions = wanted.conditions
    if conditions is None or conditions.tags.if_match is None:
        return wanted
    return replace(wanted, conditions=replace(conditions, unmodified_since=None))
