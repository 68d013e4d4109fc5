"""How the tables grow: ``python -m bench.scale ROWS`` fills a database of its own by SQL.

It prints bytes a row and the pages and time that a look-up takes, and removes the database.
"""

import os
import re
import sys
from contextlib import closing
from typing import Any

OBJECTS = """
    INSERT INTO version (container_id, name, uuid, size, etag, merkle, content_type,
                         modified_by_id, valid_from, meta)
    SELECT %(container)s, 'backup/2026/' || lpad((n %% 1000)::text, 4, '0') || '/'
           || md5(n::text) || '.dat', gen_random_uuid(), 4000000, decode(md5(n::text), 'hex'),
           sha256(n::text::bytea), 'application/octet-stream', %(user)s, now(), '{}'
      FROM (SELECT n FROM generate_series(1, %(rows)s) n ORDER BY hashtext(n::text)) shuffled;
    INSERT INTO block (digest, size)
    SELECT sha256(n::text::bytea), 4000000 FROM generate_series(1, %(rows)s) n;
    INSERT INTO block_claim (user_id, digest)
    SELECT %(user)s, sha256(n::text::bytea) FROM generate_series(1, %(rows)s) n;
"""
# As many blocks again, four to an object: what naming them costs.
SEVERAL = """
    INSERT INTO version (container_id, name, uuid, size, etag, merkle, hashmap, content_type,
                         modified_by_id, valid_from, meta)
    SELECT %(container)s, 'several/' || md5(n::text), gen_random_uuid(), 16000000,
           decode(md5(n::text), 'hex'), sha256(n::text::bytea),
           sha256((n || 'a')::bytea) || sha256((n || 'b')::bytea)
           || sha256((n || 'c')::bytea) || sha256((n || 'd')::bytea),
           'application/octet-stream', %(user)s, now(), '{}'
      FROM generate_series(1, %(rows)s / 4) n
"""
TABLES = ("version", "block", "block_claim")
LOOKUPS = {
    "current version of a name": "SELECT serial FROM version WHERE container_id = %(container)s"
    " AND name = %(name)s AND valid_to = 'infinity'",
    "newest version of a name": "SELECT serial FROM version WHERE container_id = %(container)s"
    " AND name = %(name)s ORDER BY valid_from DESC LIMIT 1",
    "a block": "SELECT size FROM block WHERE digest = %(merkle)s",
    "1000 names from the middle": "SELECT name FROM version WHERE container_id = %(container)s"
    " AND name > %(name)s AND valid_to = 'infinity' ORDER BY name LIMIT 1000",
}


def fill(cursor: Any, rows: int) -> dict[str, Any]:
    """Make one container of so many objects; what the look-ups ask for."""
    from accounts.users.users import create_user
    from pithos_api.models import Container

    user = create_user("scale")
    container = Container.objects.create(account=user, name="c")
    cursor.execute(OBJECTS, {"container": container.pk, "user": user.pk, "rows": rows})
    cursor.execute("VACUUM ANALYZE")
    cursor.execute(
        "SELECT name, merkle FROM version ORDER BY serial OFFSET %s LIMIT 1", [rows // 2]
    )
    name, merkle = cursor.fetchone()
    return {"container": container.pk, "user": user.pk, "name": name, "merkle": merkle}


def measure(cursor: Any, rows: int, asked: dict[str, Any]) -> None:
    for table in TABLES:
        cursor.execute("SELECT pg_table_size(%s), pg_indexes_size(%s)", [table, table])
        heap, indexes = (size / rows for size in cursor.fetchone())
        print(f"{table}: {heap:.0f} bytes a row, {indexes:.0f} in indexes")
    for what, query in LOOKUPS.items():
        for _ in range(3):  # the first one warms
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query}", asked)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        pages = sum(map(int, re.findall(r"(?:hit|read)=(\d+)", plan.partition("Planning")[0])[:1]))
        [time] = re.findall(r"Execution Time: (\S+)", plan)
        print(f"{what}: {pages} pages, {time} ms")


def measure_names(cursor: Any, rows: int, asked: dict[str, Any]) -> None:
    cursor.execute(SEVERAL, {**asked, "rows": rows})
    cursor.execute("SELECT pg_relation_size('version_blocks')")
    print(f"version_blocks: {cursor.fetchone()[0] / rows:.0f} bytes a block of several")


def main() -> None:
    rows = int(sys.argv[1])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
    from settings import database

    database.ensure_running()
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    usual, scratch = connection.settings_dict["NAME"], f"pithos_scale_{os.getpid()}"
    with closing(connection):
        connection.cursor().execute(f'CREATE DATABASE "{scratch}"')
    connection.settings_dict["NAME"] = scratch
    try:
        with closing(connection):
            call_command("migrate", verbosity=0)
            cursor = connection.cursor()
            asked = fill(cursor, rows)
            measure(cursor, rows, asked)
            measure_names(cursor, rows, asked)
    finally:
        connection.settings_dict["NAME"] = usual
        with closing(connection):
            connection.cursor().execute(f'DROP DATABASE "{scratch}"')


if __name__ == "__main__":
    main()
