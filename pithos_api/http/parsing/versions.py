"""Past versions that a request names."""

from pithos_api.http.parsing.times import read_until
from web.errors import InvalidRequest
from web.request_head import RequestHead

_PARAMETERS = ("version", "version-id")


class TwoStatesError(InvalidRequest):
    """A request names a version of an object, and a moment at which another may be current."""

    def __init__(self, parameter: str) -> None:
        super().__init__(f"until and {parameter} exclude each other")


class VersionRefusedError(InvalidRequest):
    """A request that changes the current version names another one."""

    def __init__(self, parameter: str, method: str | None) -> None:
        super().__init__(
            f"{parameter} cannot be used with {method}, which is about the current version;"
            " X-Source-Version copies another, until purges history"
        )


def refuse_version(head: RequestHead) -> None:
    """Refuse to change what is current for somebody who means a past version.

    Raises: VersionRefusedError.
    """
    for parameter in _PARAMETERS:
        if parameter in head.query:
            raise VersionRefusedError(parameter, head.method)


def read_past(head: RequestHead) -> float | None:
    """Return the time as of which an object is to be read; None: as it is, or by its version.

    Raises: InvalidTimeError, TwoStatesError.
    """
    until = read_until(head)
    if until is not None:
        for parameter in _PARAMETERS:
            if parameter in head.query:
                raise TwoStatesError(parameter)
    return until
