"""How many wrong keys and tokens came lately, from where and for whom.

Postgres keeps them, in a table that a crash may empty, so that all workers and nodes count
together. Only failures are written, and none any more once a limit is reached: what guessing
costs the store is bounded, and who has a valid token is never asked.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Final

from django.conf import settings
from django.db import connection

from accounts.errors import TooManyGuessesError
from observability import request_context
from observability.addresses import parse_address

_SECONDS: Final = 60
# An address may fail this many times as often for all accounts together as for one; and an
# account from everywhere: not less, so that a few strangers cannot keep its user out.
_BREADTH: Final = 5
_NETWORK_BITS: Final = 64  # an IPv6 client has this many bits to choose its addresses from

_COUNT = """
    SELECT bucket, count(*), min(made) FROM accounts_guess
     WHERE bucket = ANY(%s) AND made > now() - make_interval(secs => %s) GROUP BY bucket
"""
_NOTE = """
    INSERT INTO accounts_guess (bucket, tag, made)
    SELECT bucket, %s, now() FROM unnest(%s::bytea[]) AS each (bucket) ORDER BY bucket
        ON CONFLICT (bucket, tag) DO UPDATE SET made = now()
     WHERE accounts_guess.made < now() - make_interval(secs => %s)
"""
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
        address = _network(request_context.address())
        found = {_bucket("address", address): narrow * _BREADTH}
        if self.account:
            found[_bucket("pair", address, self.account)] = narrow
            found[_bucket("account", self.account)] = narrow * _BREADTH
        return found


def check(target: Target) -> None:
    """Refuse to try a key where too many were wrong.

    Raises: TooManyGuessesError.
    """
    if not settings.PITHOS_MAX_GUESSES:
        return
    limits = target.limits()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [list(limits), _SECONDS])
        over = [oldest for bucket, count, oldest in cursor if count >= limits[bytes(bucket)]]
    if over:
        left = max(over) + timedelta(seconds=_SECONDS) - datetime.now(UTC)
        raise TooManyGuessesError(max(1, int(left.total_seconds())))


def note(target: Target, tag: bytes) -> None:
    """Write down a failure. tag: what tells one guess from another; the same counts once."""
    if not settings.PITHOS_MAX_GUESSES:
        return
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [tag, list(target.limits()), _SECONDS])
        cursor.execute(_SWEEP, [_SECONDS])


def refuse(target: Target, token: bytes) -> None:
    """Count a token that is nobody's; one that a client goes on sending is no new guess.

    token: its SHA-256.

    Raises: TooManyGuessesError: there were too many others before.
    """
    check(target)
    note(target, token[:8])


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
