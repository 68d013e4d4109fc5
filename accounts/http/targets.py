"""Where ``/login`` may send a user's token (contract §2.0, identity.md)."""

import posixpath
from typing import Final
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.logins.logins import Login
from web.protocols import installed
from web.views import base_url

# The programs of users' desktops listen for these.
SCHEMES: Final = ("pithos", "pithosdev")
_OURS: Final = frozenset({"user", "uuid", "token"})


class TokenRedirect(HttpResponseRedirect):
    """A redirect that nobody keeps, and whose place nobody is told of."""

    allowed_schemes: Final = ["http", "https", *SCHEMES]  # type: ignore[misc]

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self["Cache-Control"] = "no-store"
        self["Referrer-Policy"] = "no-referrer"


def may_follow(request: HttpRequest, target: str) -> bool:
    """Return whether a token may go to ``target``.

    It may to this site but for objects, exactly to an allowed origin, and to a program.
    """
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    origin = f"{parts.scheme}://{parts.netloc}"
    host = {request.get_host()}
    if origin == base_url(request) or url_has_allowed_host_and_scheme(
        target, host, request.is_secure()
    ):
        return not _is_stored(parts.path)
    return parts.scheme in SCHEMES or origin in settings.PITHOS_LOGIN_NEXT


def _is_stored(path: str) -> bool:
    """Return whether a path on this site leads to what users store: it may be a page of theirs."""
    first = posixpath.normpath(f"/{unquote(path)}").strip("/").partition("/")[0]
    return first in installed().content_prefixes()


def receiver(target: str) -> str:
    """Return who gets a token that goes to ``target``, as people are told."""
    parts = urlsplit(target)
    if parts.scheme in SCHEMES:
        return _("A program on this computer (%(scheme)s:)") % {"scheme": parts.scheme}
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else _("A page of this store")


def with_token(target: str, login: Login) -> str:
    """Return ``target`` with user, uuid and token in its query, and the rest of that kept."""
    parts = urlsplit(target)
    kept = [each for each in parts.query.split("&") if each and _name(each) not in _OURS]
    user = login.user
    told = urlencode({"user": user.account, "uuid": str(user.uuid), "token": login.token})
    return urlunsplit(parts._replace(query="&".join([*kept, told])))


def _name(parameter: str) -> str:
    return parameter.partition("=")[0].lower()
