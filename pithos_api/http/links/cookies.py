"""What a browser keeps of a link: that it knows the password, and which downloads are counted.

Both are signed with the key that the nodes of a store share, and go to this link alone.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from django.conf import settings
from django.core import signing

from pithos_api.services.links.visiting import OpenLink

Cookies = Mapping[str, str]

_OPENED: Final = "pithos_link"
_TAKEN: Final = "pithos_download"
_SECONDS: Final = 12 * 3600


def knows_password(cookies: Cookies, link: OpenLink) -> bool:
    """Return whether the browser has given the password that the link has now."""
    return _is_good(cookies.get(_OPENED, ""), _of_password(link))


def password_given(link: OpenLink) -> tuple[str, str]:
    """Return the header that has the browser remember it."""
    return _set(_OPENED, _of_password(link), f"/s/{link.key}")


def has_taken(cookies: Cookies, link: OpenLink, below: str) -> bool:
    """Return whether a download of this object by the browser was counted lately.

    Then it may go on where it was cut off.
    """
    return _is_good(cookies.get(_TAKEN, ""), _of_download(link, below))


def download_taken(link: OpenLink, below: str) -> tuple[str, str]:
    """Return the header that has the browser remember it."""
    place = quote(f"/s/{link.key}/{below}" if below else f"/s/{link.key}")
    return _set(_TAKEN, _of_download(link, below), place)


def _of_password(link: OpenLink) -> str:
    return f"pithos_api.link.password {link.key} {link.password}"


def _of_download(link: OpenLink, below: str) -> str:
    return f"pithos_api.link.download {link.key} {below}"


def _is_good(value: str, salt: str) -> bool:
    try:
        signing.TimestampSigner(salt=salt).unsign(value, max_age=_SECONDS)
    except signing.BadSignature:
        return False
    return True


def _set(name: str, salt: str, path: str) -> tuple[str, str]:
    value = signing.TimestampSigner(salt=salt).sign("yes")
    limits = f"Path={path}; Max-Age={_SECONDS}; HttpOnly; SameSite=Lax"
    secure = "; Secure" if settings.SESSION_COOKIE_SECURE else ""
    return "Set-Cookie", f"{name}={value}; {limits}{secure}"
