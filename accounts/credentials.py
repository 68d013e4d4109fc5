from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request shows for itself; the database decides whose it is, with each statement.

    token: SHA-256 of the token, 32 bytes.
    vouched: the account that the front door answers for (a static token); else None.
    """

    token: bytes
    vouched: str | None = None
