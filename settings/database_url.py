"""DATABASE_URL as Django's settings: one server, or several of which one is the primary."""

import re
from typing import Any
from urllib.parse import unquote

import dj_database_url

ENGINE = "settings.postgres"

# A server whose machine has gone says nothing, not even that. libpq would wait for minutes, and
# for hours where a reply is outstanding: these are seconds, for each server, and milliseconds.
_PATIENCE = {
    "connect_timeout": 4,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_SEVERAL = re.compile(r"([a-z]+://(?:[^/?#]*@)?)([^/?#@]*,[^/?#@]*)((?:[/?#].*)?)", re.DOTALL)
_PLACE = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^:\[\]]+))(?::([0-9]{1,5}))?")


def parse(url: str) -> dict[str, Any]:
    """Return the DATABASES entry of a URL, whose hosts may be a list: ``one:5432,other:5433``.

    Of several servers that one is taken that accepts writes; the URL's parameters, libpq's own,
    go before what is set here.

    Raises: ValueError: it is no URL, or not that of a Postgres database.
    """
    several = _SEVERAL.fullmatch(url)
    single = "".join(several.group(1, 3)) if several else url
    database: dict[str, Any] = dict(dj_database_url.parse(single))
    if database["ENGINE"] != "django.db.backends.postgresql":
        raise ValueError("not Postgres")
    usual: dict[str, Any] = dict(_PATIENCE)
    if several:
        places = [_place(each) for each in several[2].split(",")]
        database["HOST"] = ",".join(host for host, _ in places)
        database["PORT"] = ",".join(port for _, port in places)
        usual["target_session_attrs"] = "read-write"
    return {**database, "ENGINE": ENGINE, "OPTIONS": {**usual, **database.get("OPTIONS", {})}}


def _place(written: str) -> tuple[str, str]:
    """Return host and port, "" for the usual one."""
    found = _PLACE.fullmatch(written)
    if found is None:
        raise ValueError("not a host")
    return unquote(found[1] or found[2]), found[3] or ""
