"""When how much was changed, summed up over stretches of time."""

from datetime import datetime
from typing import NamedTuple

from pithos_api.models.statements.listings.list_objects import IN_ORDER
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import columns


class TimeSpan(NamedTuple):
    """When the first and the last state or tombstone began; None where there is none."""

    first: datetime | None
    last: datetime | None


class MomentsRow(NamedTuple):
    """What began in a stretch: states and tombstones, names, tombstones; bytes of the states."""

    place: int
    changes: int
    added: int
    removed: int
    size: int


_BOUNDS = """v.valid_from >= coalesce(to_timestamp(%(since)s::float8), '-infinity')
             AND v.valid_from < coalesce(to_timestamp(%(until)s::float8), 'infinity')"""
_OF_CONTAINER = f"v.container_id = ANY(%(containers)s::bigint[]) AND {_BOUNDS}"
_IN_FOLDER = f"{_OF_CONTAINER} AND v.name >= %(first)s::text AND v.name < %(beyond)s::text"


# Of each container two probes of version_times; of a folder all of its history.
find_span = Statement(
    "find_span",
    TimeSpan,
    f"""
    SELECT {columns(TimeSpan, {"first": "min(each.first)", "last": "max(each.last)"})}
      FROM unnest(%(containers)s::bigint[]) AS c (id) CROSS JOIN LATERAL (
           SELECT (SELECT v.valid_from FROM version v WHERE v.container_id = c.id AND {_BOUNDS}
                    ORDER BY v.valid_from LIMIT 1) AS first,
                  (SELECT v.valid_from FROM version v WHERE v.container_id = c.id AND {_BOUNDS}
                    ORDER BY v.valid_from DESC LIMIT 1) AS last) AS each
    """,
    before=IN_ORDER,
    spares=["first", "beyond"],
)
find_span_of_folder = Statement(
    "find_span_of_folder",
    TimeSpan,
    f"""
    SELECT {columns(TimeSpan, {"first": "min(v.valid_from)", "last": "max(v.valid_from)"})}
      FROM version v WHERE {_IN_FOLDER}
    """,
)

_START = "to_timestamp(%(start)s::float8)"
_WIDTH = "%(width)s::bigint * interval '1 microsecond'"
_SUMS = {
    "changes": "count(*)",
    "added": "count(*) FILTER (WHERE v.added)",
    "removed": "count(*) FILTER (WHERE v.deleted)",
    "size": "coalesce(sum(v.size), 0)::bigint",
}

# Each stretch is a range of version_times, which alone has all that is summed up: to sort a million
# rows into stretches would take longer than to read them.
sum_moments = Statement(
    "sum_moments",
    MomentsRow,
    f"""
    SELECT {columns(MomentsRow, {"place": "n", **{name: f"each.{name}" for name in _SUMS}})}
      FROM generate_series(0, %(count)s::int - 1) AS n CROSS JOIN LATERAL (
           SELECT {", ".join(f"{sql} AS {name}" for name, sql in _SUMS.items())}
             FROM version v
            WHERE v.container_id = ANY(%(containers)s::bigint[])
              AND v.valid_from >= {_START} + n * ({_WIDTH})
              AND v.valid_from < {_START} + (n + 1) * ({_WIDTH})) AS each
     WHERE each.changes > 0
     ORDER BY n
    """,
    before=IN_ORDER,
    spares=["since", "until", "first", "beyond"],
)
_PLACE = f"""
    floor(extract(epoch FROM date_bin({_WIDTH}, v.valid_from, {_START}) - {_START})
          * 1000000 / %(width)s)::int"""
sum_moments_of_folder = Statement(
    "sum_moments_of_folder",
    MomentsRow,
    f"""
    SELECT {columns(MomentsRow, {"place": _PLACE, **_SUMS})}
      FROM version v WHERE {_IN_FOLDER} AND v.valid_from >= {_START}
     GROUP BY date_bin({_WIDTH}, v.valid_from, {_START})
     ORDER BY 1
    """,
    spares=["count"],
)
