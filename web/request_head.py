"""What a request says before its body. It is all that parsing reads: no stream, no session."""

from collections.abc import Mapping
from typing import NamedTuple
from wsgiref.types import WSGIEnvironment


class RequestHead(NamedTuple):
    """The head of a request.

    path: decoded. fields: headers by their WSGI names, such as ``HTTP_RANGE``.
    query: the parameters; of one that comes twice the last.
    raw: values beyond ASCII are text, which came as UTF-8; else they came as who knows what.
    """

    method: str
    path: str
    fields: WSGIEnvironment
    query: Mapping[str, str]
    raw: bool = False
