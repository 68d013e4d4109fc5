"""What only Pithos' dialect has: to take it for a change of metadata would lose what is there."""

from pithos_api.http.swift.parsing.versions import refuse_versions
from web.errors import InvalidRequest
from web.request_head import RequestHead

_PITHOS_ALONE = ("link", "links", "signed-url")


class OtherDialectError(InvalidRequest):
    """The parameter means nothing in Swift's dialect."""

    def __init__(self, parameter: str) -> None:
        super().__init__(f"{parameter} is for the account in Pithos' form, without AUTH_")


def refuse_other_dialect(head: RequestHead) -> None:
    """Refuse to change something for somebody who means a link. Raises: OtherDialectError."""
    for parameter in _PITHOS_ALONE:
        if parameter in head.query:
            raise OtherDialectError(parameter)


def refuse_of_object(head: RequestHead) -> None:
    """Refuse that, and past versions. Raises: OtherDialectError; as ``refuse_versions``."""
    refuse_versions(head)
    refuse_other_dialect(head)
