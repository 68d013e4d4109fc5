"""Whether a Postgres, of ours or not, keeps what it confirms."""

from typing import Any, Protocol

from cluster.binaries import OLDEST
from cluster.errors import ClusterError


class Cursor(Protocol):
    """What is needed of a DB-API cursor."""

    def execute(self, sql: str) -> None:
        """Run a statement."""

    def fetchone(self) -> Any:
        """Return its next row."""


def check_durability(cursor: Cursor) -> None:
    """Refuse a server that may lose what it has confirmed, or that is too old.

    Our own test cluster says of itself that it is disposable and passes.

    Raises: ClusterError: names the setting or the version.
    """
    cursor.execute(
        "SELECT current_setting('server_version_num')::int / 10000,"
        " coalesce(current_setting('pithos.disposable', true), ''),"
        " (SELECT string_agg(name, ', ' ORDER BY name) FROM pg_settings WHERE setting = 'off'"
        " AND name IN ('fsync', 'full_page_writes', 'synchronous_commit'))"
    )
    major, disposable, switched_off = cursor.fetchone()
    if major < OLDEST:
        raise ClusterError(f"the database server is Postgres {major}; {OLDEST} or newer is needed")
    if switched_off and disposable != "on":
        raise ClusterError(
            f"the database server has {switched_off} off and may lose confirmed writes in a crash:"
            " set it on"
        )
