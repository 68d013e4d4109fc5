"""Past versions that a request names."""

from django.core.handlers.wsgi import WSGIRequest

from web.errors import InvalidRequest


class VersionRefusedError(InvalidRequest):
    """A request that changes the current version names another one."""

    def __init__(self, parameter: str, method: str | None) -> None:
        super().__init__(
            f"{parameter} cannot be used with {method}, which is about the current version;"
            " X-Source-Version copies another, until purges history"
        )


def refuse_version(request: WSGIRequest) -> None:
    """Refuse to change what is current for somebody who means a past version.

    Raises: VersionRefusedError.
    """
    for parameter in ("version", "version-id"):
        if parameter in request.GET:
            raise VersionRefusedError(parameter, request.method)
