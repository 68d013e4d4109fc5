from django.core.handlers.wsgi import WSGIRequest

from pithos_api.errors import InvalidRequest

# Postgres knows no later time; nothing happens after it.
LATEST = 200_000_000_000.0


class InvalidUntilError(InvalidRequest):
    def __init__(self, value: str) -> None:
        super().__init__(f"until={value[:30]!r} is not a time in seconds")


def read_until(request: WSGIRequest) -> float | None:
    """Return the time that a reader asks for; what is no time is ignored (contract §3.8)."""
    return _seconds(request.GET.get("until", ""))


def purge_until(request: WSGIRequest) -> float | None:
    """Return the time up to which history is to be purged, None if that is not asked.

    Raises: InvalidUntilError: ignoring it would delete what is alive.
    """
    value = request.GET.get("until")
    if value is None:
        return None
    seconds = _seconds(value)
    if seconds is None:
        raise InvalidUntilError(value)
    return seconds


def _seconds(value: str) -> float | None:
    """Return a decimal number of seconds, None for anything else."""
    whole, _, fraction = value.partition(".")
    digits = whole + fraction
    if not (whole and digits.isascii() and digits.isdecimal() and len(digits) < 40):
        return None
    return min(float(value), LATEST)
