"""How many wrong keys and tokens came lately, from where and for whom.

Postgres keeps them, in a table that a crash may empty, so that all workers and nodes count
together. Only failures are written, and none any more once a limit is reached: what guessing
costs the store is bounded, and who has a valid token is never asked. A failure is counted and
judged in one step, under a lock: of any number that come at once no more are answered as wrong
than the limit says. The others are not told whether they were.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any, Final

from django.conf import settings
from django.db import connection

from accounts.errors import TooManyGuessesError
from watching import origin
from watching.addresses import parse_address

_SECONDS: Final = 60
# An address may fail this many times as often for all accounts together as for one; and an
# account from everywhere: not less, so that a few strangers cannot keep its user out.
_BREADTH: Final = 5
_NETWORK_BITS: Final = 64  # an IPv6 client has this many bits to choose its addresses from
_TAG_BYTES: Final = 8

# The buckets that are full, as their oldest guess.
_FULL = """
    SELECT lately.oldest
      FROM unnest(%(buckets)s::bytea[], %(limits)s::int[]) AS each (bucket, most)
     CROSS JOIN LATERAL (
           SELECT count(*) AS guesses, min(made) AS oldest FROM accounts_guess g
            WHERE g.bucket = each.bucket
              AND g.made > now() - make_interval(secs => %(seconds)s)) AS lately
     WHERE lately.guesses >= each.most
"""
_CHECK = f"SELECT max(oldest) FROM ({_FULL}) AS full_ones"  # noqa: S608 - of constants
# A lock comes first, a statement of its own: what is counted must be younger than it. All of a
# kind come in order, so that nobody waits in a circle.
_COUNT = f"""
    SELECT pg_advisory_xact_lock(6, key) FROM unnest(%(locks)s::int[]) AS key;
    WITH full_ones AS MATERIALIZED ({_FULL}),
    counted AS (
        INSERT INTO accounts_guess (bucket, tag, made)
        SELECT bucket, %(tag)s, now() FROM unnest(%(buckets)s::bytea[]) AS each (bucket)
         WHERE NOT EXISTS (SELECT FROM full_ones) ORDER BY bucket
            ON CONFLICT (bucket, tag) DO UPDATE SET made = now()
         WHERE accounts_guess.made < now() - make_interval(secs => %(seconds)s))
    SELECT max(oldest) FROM full_ones
"""  # noqa: S608 - of constants
_SWEEP = """
    DELETE FROM accounts_guess WHERE id = ANY(ARRAY(
        SELECT id FROM accounts_guess WHERE made < now() - make_interval(secs => %s)
         ORDER BY made LIMIT 100 FOR UPDATE SKIP LOCKED))
"""


@dataclass(frozen=True, slots=True)
class Target:
    """Whose account the request of this thread wants to get into; "" is nobody's."""

    account: str

    def limits(self) -> dict[bytes, int]:
        """Return what is counted, each with the most that may fail within a minute."""
        narrow = settings.PITHOS_MAX_GUESSES
        address = _network(origin.address())
        found = {_bucket("address", address): narrow * _BREADTH}
        if self.account:
            found[_bucket("pair", address, self.account)] = narrow
            found[_bucket("account", self.account)] = narrow * _BREADTH
        return found


def check(target: Target) -> None:
    """Refuse to try a key where too many were wrong.

    Raises: TooManyGuessesError.
    """
    if settings.PITHOS_MAX_GUESSES:
        _run(_CHECK, _wanted(target))


def count(target: Target, tag: bytes) -> None:
    """Count a failure, unless there were too many before.

    tag: what tells one guess from another, as its first 8 bytes; the same counts once.

    Raises: TooManyGuessesError: there were, and whether this was one is not to be told.
    """
    if not settings.PITHOS_MAX_GUESSES:
        return
    wanted = _wanted(target)
    locks = sorted(int.from_bytes(bucket[:4], signed=True) for bucket in wanted["buckets"])
    _run(_COUNT, {**wanted, "tag": tag[:_TAG_BYTES], "locks": locks})
    with connection.cursor() as cursor:
        cursor.execute(_SWEEP, [_SECONDS])


def _wanted(target: Target) -> dict[str, Any]:
    limits = target.limits()
    return {"buckets": list(limits), "limits": list(limits.values()), "seconds": _SECONDS}


def _run(statement: str, wanted: dict[str, Any]) -> None:
    """Run a statement whose last row says when the oldest guess of a full bucket was made.

    Raises: TooManyGuessesError: there is a full one.
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, wanted)
        row = cursor.fetchone()
    if row is not None and row[0] is not None:
        left = row[0] + timedelta(seconds=_SECONDS) - datetime.now(UTC)
        raise TooManyGuessesError(max(1, int(left.total_seconds())))


def _network(address: str) -> str:
    """Return the address, of IPv6 the network that one client has."""
    parsed = parse_address(address)
    if parsed is None:
        return ""
    bits = _NETWORK_BITS if parsed.version == 6 else 32
    return str(ip_network((parsed, bits), strict=False))


def _bucket(*parts: str) -> bytes:
    """Return what a counter is kept under: of one length, however long a name was sent."""
    return hashlib.sha256("\0".join(parts).encode()).digest()[:16]
