"""The server's configuration files, written anew at every start; ALTER SYSTEM still overrides."""

from pathlib import Path

from cluster.layout import Layout

ROLE = "pithos"
SUPERUSER = "postgres"
_LEAST_CONNECTIONS = 100
_TESTS_CONNECTIONS = 500  # of many servers of several test workers

_ALWAYS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "48MB",
    "max_pred_locks_per_transaction": "10",  # the least: nothing of ours runs SERIALIZABLE
    "jit": "off",  # compiling costs more than any statement of ours
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
_DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
_DISPOSABLE = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    # Tells check_durability, over whatever URL it comes, that this server is meant to be so.
    "pithos.disposable": "on",
}


def write(layout: Layout, names: list[str], connections: int) -> None:
    """Write postgresql.conf, pg_hba.conf and pg_ident.conf beside the data directory.

    Beside, because the server's user owns that one and could plant links there for root to follow.
    names: system users that may connect, as ``pithos`` or as the superuser.
    connections: at least so many connections at once.
    """
    values = {**_ALWAYS, **(_DISPOSABLE if layout.disposable else _DURABLE)}
    values |= {
        "data_directory": str(layout.data),
        "hba_file": str(layout.root / "pg_hba.conf"),
        "ident_file": str(layout.root / "pg_ident.conf"),
        "unix_socket_directories": f'"{layout.run}"',
        "max_connections": str(_max_connections(layout, connections)),
    }
    lines = [f"{name} = {_quoted(value)}" for name, value in values.items()]
    roles = [f"pithos {name} {role}" for name in names for role in (ROLE, SUPERUSER)]
    _publish(layout.root / "postgresql.conf", lines)
    _publish(layout.root / "pg_hba.conf", ["local all all peer map=pithos"])
    _publish(layout.root / "pg_ident.conf", roles)


def _max_connections(layout: Layout, connections: int) -> int:
    return _TESTS_CONNECTIONS if layout.disposable else max(_LEAST_CONNECTIONS, connections)


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _publish(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join([*lines, ""]))
    path.chmod(0o644)  # the server's user reads it; nothing in it is secret
