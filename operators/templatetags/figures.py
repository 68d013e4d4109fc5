"""Figures as people read them, in their language."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from operators.values.charts import Unit

register = template.Library()

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
_STEP = 1024
_UNKNOWN = "–"  # templates give "" for what is behind None
_HOUR = 60  # minutes
_TWO_DAYS = 48  # hours


@register.filter
def size(count: int | float | None) -> str:
    """Return bytes with a unit: ``1.5 GiB``."""
    if not isinstance(count, int | float):
        return _UNKNOWN
    number, unit = float(count), 0
    while abs(number) >= _STEP and unit < len(_UNITS) - 1:
        number, unit = number / _STEP, unit + 1
    return f"{_short(number)} {_UNITS[unit]}"


@register.filter
def count(number: int | float | None) -> str:
    """Return a number with its thousands set apart."""
    if not isinstance(number, int | float):
        return _UNKNOWN
    return number_format(round(number), force_grouping=True)


@register.filter
def seconds(number: float | None) -> str:
    """Return a duration: ``12 ms``, ``1.5 s``."""
    if not isinstance(number, int | float):
        return _UNKNOWN
    if number < 1:
        return f"{_short(number * 1000)} ms"
    return f"{_short(number)} s"


@register.filter
def ratio(number: float | None) -> str:
    """Return how many times as much: ``1.8 : 1``."""
    if not isinstance(number, int | float):
        return _UNKNOWN
    return f"{number_format(number, 2)} : 1"


@register.filter
def percent(share: float | None) -> str:
    """Return a share, 0 to 1, as ``37 %``."""
    if not isinstance(share, int | float):
        return _UNKNOWN
    return f"{number_format(100 * share, 0)} %"


@register.filter
def quota(given: int | None) -> str:
    """Return a quota in words."""
    if given is None:
        return _("the default")
    return size(given) if given else _("unlimited")


@register.filter
def figure(value: int | float | None, unit: Unit) -> str:
    """Return a figure of a chart."""
    return {"bytes": size, "seconds": seconds, "count": count}[unit](value)


@register.filter
def age(since: float | datetime | None) -> str:
    """Return in words how long ago a time was, or so many seconds: ``3 hours``."""
    if not isinstance(since, int | float | datetime):
        return _UNKNOWN
    elapsed = (timezone.now() - since).total_seconds() if isinstance(since, datetime) else since
    minutes = int(elapsed // 60)
    if minutes < 1:
        return _("less than a minute")
    if minutes < _HOUR:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = minutes // _HOUR
    if hours < _TWO_DAYS:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = hours // 24
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


@register.filter
def unlocalized(number: float) -> str:
    """Return a number as drawings and addresses take it, the same in every language."""
    return str(number) if isinstance(number, int) else f"{number:g}"


@register.filter(name="hex")
def hexadecimal(digest: bytes | memoryview) -> str:
    """Return a digest as clients see it."""
    return bytes(digest).hex()


def _short(number: float) -> str:
    """Return a number with a digit behind the point where that says something."""
    whole = abs(number - round(number)) < 0.05 or abs(number) >= 100
    return number_format(number, 0 if whole else 1)
