"""Times as people write them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import click

_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_AGO: Final = re.compile(r"(\d+)\s*(s|m|h|d|w)[a-z]*(?:\s+ago)?", re.IGNORECASE)


class Moment(click.ParamType[float]):
    """``yesterday``, ``2h ago``, ``2026-11-29 12:00`` (here), or seconds since 1970."""

    name = "time"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        """Return seconds since 1970."""
        if isinstance(value, float):
            return value
        text = str(value).strip().lower()
        if found := _AGO.fullmatch(text):
            return _now().timestamp() - int(found[1]) * _SECONDS[found[2]]
        days = {"now": 0, "today": 0, "yesterday": 1}
        if text in days:
            then = _now() - timedelta(days=days[text])
            midnight = then.replace(hour=0, minute=0, second=0, microsecond=0)
            return (then if text != "today" else midnight).timestamp()
        try:
            return float(text) if text[:1].isdecimal() and _is_number(text) else _iso(text)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no time; write 2h ago, yesterday or 2026-11-29 12:00")


def _now() -> datetime:
    return datetime.now().astimezone()


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\d{9,}(\.\d+)?", text) is not None


def _iso(text: str) -> float:
    return datetime.fromisoformat(text.upper()).timestamp()


def seconds(told: str) -> float:
    """Return seconds since 1970 of a time as a listing tells it."""
    found = datetime.fromisoformat(told)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def local(since: float) -> str:
    """Return a time as it is on the clock here."""
    return datetime.fromtimestamp(since).astimezone().strftime("%Y-%m-%d %H:%M:%S")
