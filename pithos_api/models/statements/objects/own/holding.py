"""Names that several clients write, and that nobody else holds: what can be done together.

A lock that is not free at once is not waited for, as all the others would wait with it: who asked
for that name asks again alone. So no two of these statements wait for each other's names.
"""

from collections.abc import Mapping

# Both locks of a name as in ``LOCK_NAME``, each name once. The statement's snapshot is younger,
# and reads here which it has. Whatever else it may wait for, rows of blocks that others send, it
# does not wait for long: then nothing is done, and each asks alone.
HOLD_EACH = """
    SELECT set_config('lock_timeout', '1s', true), set_config('pithos.held', (
           SELECT string_agg(CASE WHEN pg_try_advisory_xact_lock_shared(1, container)
                                       AND pg_try_advisory_xact_lock(name)
                                  THEN '1' ELSE '0' END, '' ORDER BY place)
             FROM unnest(%(container_locks)s::int[], %(name_locks)s::bigint[])
                  WITH ORDINALITY AS wanted (container, name, place)), true)"""

_SHOWN = {
    "token": "%(tokens)s::bytea[]",
    "account": "%(accounts)s::text[]",
    "container": "%(containers)s::text[]",
    "name": "%(names)s::text[]",
}


def held(more: Mapping[str, str] = {}) -> str:
    """Return SQL for what is asked about names that are held, by its ``place`` in the list from 1.

    more: lists that it has besides, by what their elements are called.
    """
    lists = {**_SHOWN, **more}
    return f"""
    held AS MATERIALIZED (
        SELECT * FROM unnest({", ".join(lists.values())})
               WITH ORDINALITY AS asked ({", ".join(lists)}, place)
         WHERE substr(current_setting('pithos.held'), place::int, 1) = '1')"""
