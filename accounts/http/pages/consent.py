"""What somebody has just signed in for: it is done without another question, once."""

import time
from typing import Final

from django.http import HttpRequest

SECONDS: Final = 60
_KEY: Final = "signed_in_for"


def give(request: HttpRequest, place: str) -> None:
    """Note where whoever has signed in by this request wanted to go."""
    request.session[_KEY] = [place, time.time()]


def take(request: HttpRequest, place: str) -> bool:
    """Return whether this session was signed in, not long ago, to go to ``place``; forget that."""
    wanted, since = request.session.get(_KEY, ("", 0.0))
    if wanted != place:
        return False
    del request.session[_KEY]
    return bool(time.time() - since < SECONDS)
