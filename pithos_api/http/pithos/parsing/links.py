"""What the JSON of a request says of a link."""

from datetime import UTC, datetime
from typing import Final

from accounts.logins.passwords import MAX_PASSWORD
from pithos_api.http.bodies.fields import Fields, InvalidFieldError, number_of
from pithos_api.values.links import KEEP, MAX_DOWNLOADS, Kept, LinkChange

LIMITS: Final = frozenset({"password", "expires", "downloads"})
NEW: Final = LIMITS | {"folder"}


def read_limits(fields: Fields) -> LinkChange:
    """Return the limits that a body sets; what it does not name stays.

    Raises: InvalidFieldError.
    """
    downloads: int | Kept | None = KEEP
    if "downloads" in fields:
        downloads = number_of(fields, "downloads", MAX_DOWNLOADS)
    return LinkChange(
        password=_password(fields) if "password" in fields else KEEP,
        expires=_expires(fields) if "expires" in fields else KEEP,
        downloads=downloads,
    )


def read_folder(fields: Fields) -> bool:
    """Return whether a body means a folder. Raises: InvalidFieldError."""
    wanted = fields.get("folder", False)
    if not isinstance(wanted, bool):
        raise InvalidFieldError("folder", "is true or false")
    return wanted


def _password(fields: Fields) -> str | None:
    value = fields["password"]
    if value is None:
        return None
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_PASSWORD:
        raise InvalidFieldError("password", f"is a text of 1 to {MAX_PASSWORD} characters")
    return value


def _expires(fields: Fields) -> datetime | None:
    value = fields["expires"]
    if value is None:
        return None
    try:
        moment = _moment(value)
    except (ValueError, OverflowError, OSError, TypeError) as error:
        reason = "is a time: ISO 8601, or seconds since the epoch"
        raise InvalidFieldError("expires", reason) from error
    if moment <= datetime.now(UTC):
        raise InvalidFieldError("expires", "is a time in the future")
    return moment


def _moment(value: object) -> datetime:
    """Return a time; without a zone it is UTC.

    Raises: ValueError, OverflowError, OSError, TypeError: it is none.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    if not isinstance(value, str):
        raise TypeError
    moment = datetime.fromisoformat(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
