"""A report for bug tickets: what helps, and nothing that lets anybody in or names anybody."""

import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from accounts.identity import trial
from operators.models import JobRun
from operators.services.overview import Overview, read_overview

_PACKAGES: Final = ("Django", "gunicorn", "psycopg2-binary", "orjson", "cryptography", "boto3")
_SERVER: Final = "SELECT current_setting('server_version'), current_setting('server_encoding')"
_SIZES: Final = (bool, int, float)
"""Values of settings that are told; texts may hold names, addresses and secrets."""


def write_report(release: str) -> str:
    """Return the report as lines of text. release: of the store.

    Of settings that are texts or lists it says only whether they are set. It has no name of an
    account, a host, a file or an object, and no token.

    Raises: django.db.Error.
    """
    parts = {
        "Versions": _versions(release),
        "Database": _database(),
        "State": _state(read_overview()),
        "Identity": (f"{each.name}: {_words(each)}" for each in trial.list_backends()),
        "Jobs": _jobs(),
        "Settings": _settings(),
    }
    lines = [f"Pithos report, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"]
    for title, part in parts.items():
        lines += ["", f"## {title}", "", *part]
    return "\n".join(lines) + "\n"


def _versions(release: str) -> Iterator[str]:
    yield f"Pithos: {release}"
    yield f"Python: {sys.version.split()[0]}"
    yield f"System: {platform.system()} {platform.release()} {platform.machine()}"
    for name in _PACKAGES:
        try:
            yield f"{name}: {version(name)}"
        except PackageNotFoundError:
            yield f"{name}: not installed"


def _database() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('server_encoding')"
        )
        number, encoding = cursor.fetchone()
    yield f"Postgres: {number}, {encoding}"
    latest: dict[str, str] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        latest[app] = name
    yield "Migrations: " + ", ".join(f"{app}.{name}" for app, name in latest.items())


def _state(found: Overview) -> Iterator[str]:
    yield f"Not ready: {', '.join(found.failing) or 'nothing'}"
    if found.now is not None and found.figures is not None:
        now, figures = found.now, found.figures
        yield f"Containers: {figures.containers}; objects: {now.objects}"
        yield f"Bytes: {now.object_bytes} current, {now.version_bytes} with history"
        yield f"Blocks: {now.block_bytes} bytes, {now.garbage_bytes} of them garbage"
        yield f"Damaged blocks: {figures.damaged_blocks}; late MD5s: {figures.late_md5s}"
        yield f"Usage not folded: {figures.pending_changes}, {figures.pending_seconds:.0f} s old"
        yield f"Connections: {sum(figures.connections.values())} of {figures.connection_limit}"
    if found.today is not None:
        today = found.today
        yield f"Today: {today.requests} requests, {today.errors} answered 5xx"
        yield f"95 of 100 answers: within {today.p95 or 0:.3f} s"
    if found.scrub is not None:
        scrub = found.scrub
        yield f"Scrub: {scrub.share:.0%} of {scrub.started:%Y-%m-%d}'s, {scrub.damaged} damaged"
    yield f"Backup: {found.backup or 'never'}"


def _words(backend: trial.IdentityBackend) -> str:
    where = "remote" if backend.remote else "local"
    return f"{where}, resting" if backend.resting else where


def _jobs() -> Iterator[str]:
    for row in JobRun.objects.order_by("-id")[:10]:
        yield f"{row.kind}: {row.state}, asked for {row.asked:%Y-%m-%d %H:%M}, {row.result}"


def _settings() -> Iterator[str]:
    for name in sorted(each for each in dir(settings) if each.startswith("PITHOS_")):
        value = getattr(settings, name)
        told = value if isinstance(value, _SIZES) else "set" if value else "empty"
        yield f"{name}: {told}"
