"""How many threads may wait for clients at once: for strangers, and for one address."""

import threading
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seat:
    """One thread that waits. address: the client's; stranger: nobody knows yet who it is."""

    address: str
    stranger: bool


class Seats:
    """The seats of one worker's threads. What nobody may take is left to all others.

    strangers, for_address: how many threads may wait for strangers, and for any one address.
    """

    def __init__(self, strangers: int, for_address: int) -> None:
        self._lock = threading.Lock()
        self._strangers = strangers
        self._for_address = for_address
        self._taken: Counter[str] = Counter()
        self._by_strangers = 0

    def take(self, address: str, *, stranger: bool) -> Seat | None:
        """Take a seat; None if all of the strangers' or of the address's are taken."""
        with self._lock:
            if self._taken[address] >= self._for_address:
                return None
            if stranger and self._by_strangers >= self._strangers:
                return None
            self._taken[address] += 1
            self._by_strangers += stranger
            return Seat(address, stranger)

    def leave(self, seat: Seat) -> None:
        """Give a seat back."""
        with self._lock:
            self._by_strangers -= seat.stranger
            self._taken[seat.address] -= 1
            if not self._taken[seat.address]:
                del self._taken[seat.address]
