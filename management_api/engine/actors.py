from dataclasses import dataclass

from accounts.tokens.credentials import Credentials


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks for resources.

    account: theirs. user: its row. operator: they see and change what is everybody's.
    credentials: what services check their writes by. origin: under which they reached the
    store, such as https://store.example; "" is not known, and URLs are then paths.
    """

    account: str
    user: int
    operator: bool
    credentials: Credentials
    origin: str = ""
