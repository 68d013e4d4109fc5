"""Who waits for a lock of Postgres: tests wait for that where one request is to meet another."""


def who_waits(kind: str = "advisory", key: tuple[int, int] | None = None) -> str:
    """SQL that counts those who wait for a lock in the database that is asked.

    kind: ``locktype`` of pg_locks. key: of an advisory lock of two numbers; None is any.
    """
    named = "" if key is None else f" AND (classid, objid) = {key}"
    return f"""
        SELECT count(*) FROM pg_locks JOIN pg_database AS d ON d.oid = database
         WHERE datname = current_database() AND locktype = '{kind}' AND NOT granted{named}"""
