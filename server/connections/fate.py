import enum


class Fate(enum.Enum):
    """What becomes of a connection that its thread leaves."""

    PARK = enum.auto()  # wait in the poller for the client: to send, or to take
    AGAIN = enum.auto()  # there is more to do, but others come first
    CLOSE = enum.auto()
    DISCARD = enum.auto()  # the last response is sent; drop what the client still sends, then close
