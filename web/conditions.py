"""Preconditions (contract §3.3, RFC 9110 §13)."""

from dataclasses import dataclass
from datetime import datetime

from web.errors import ConditionFailedError

ANY = b""

# An MD5, or a SHA-256 where the MD5 is not made yet.
_ETAG_SIZES = (16, 32)


def tags(value: str | None) -> tuple[bytes, ...] | None:
    """Return the hashes that a list of ETags names, ``ANY`` for ``*``; None for None.

    Tags come quoted or not, in any case. One that is no hash cannot be any object's.
    """
    if value is None:
        return None
    return tuple(each for each in map(tag, value.split(",")) if each is not None)


def tag(text: str) -> bytes | None:
    """Return the hash that one ETag is, ``ANY`` for ``*``, None for what is neither."""
    text = text.strip().removeprefix("W/").strip('"')
    if text == "*":
        return ANY
    try:
        found = bytes.fromhex(text)
    except ValueError:
        return None
    return found if len(found) in _ETAG_SIZES else None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a reader's conditions are judged against. etags: all that stand for it, if any do.

    modified: None where no date says what state it is in.
    shares_second: whether it had another state in the second of ``modified``. A date has whole
    seconds, so that one does not say then which of them is meant (RFC 9110 §8.8.2.2).
    """

    modified: datetime | None
    etags: tuple[bytes, ...] = ()
    shares_second: bool = False

    def matches(self, wanted: tuple[bytes, ...]) -> bool:
        """Return whether any of the tags is the subject's."""
        return bool(self.etags) and any(each in wanted for each in (*self.etags, ANY))

    def changed_since(self, seconds: int | None) -> bool | None:
        """Return whether it may have changed since then; None where no date counts."""
        if self.modified is None or seconds is None:
            return None
        modified = int(self.modified.timestamp())
        return modified > seconds or (modified == seconds and self.shares_second)


@dataclass(frozen=True, slots=True)
class ReadConditions:
    """What a reader knows already, or demands. None: no condition.

    if_match, if_none_match: as ``tags`` returns them. The dates are seconds since the epoch.
    both_of_writers: If-Unmodified-Since counts also where there is an If-Match.
    """

    if_match: tuple[bytes, ...] | None = None
    if_none_match: tuple[bytes, ...] | None = None
    unmodified_since: int | None = None
    modified_since: int | None = None
    both_of_writers: bool = False


@dataclass(frozen=True, slots=True)
class Validator:
    """The one state that ``If-Range`` names: by its date in seconds, or by its ETag."""

    modified: int | None = None
    etag: bytes | None = None

    def names(self, subject: Subject) -> bool:
        """Return whether it is the subject's state."""
        if self.modified is not None:
            same = subject.modified and int(subject.modified.timestamp()) == self.modified
            return bool(same) and not subject.shares_second
        return self.etag in subject.etags


def is_unmodified(conditions: ReadConditions | None, subject: Subject) -> bool:
    """Return whether a read is to be answered 304; in RFC 9110's order.

    conditions: None is none at all, as most requests have.

    Raises: ConditionFailedError: 412.
    """
    if conditions is None:
        return False
    wanted, refused = conditions.if_match, conditions.if_none_match
    if wanted is None or not subject.etags:
        dated = True
    elif subject.matches(wanted):
        dated = conditions.both_of_writers
    else:
        raise ConditionFailedError("If-Match")
    if dated and subject.changed_since(conditions.unmodified_since):
        raise ConditionFailedError("If-Unmodified-Since")
    if refused is not None and subject.etags:
        return subject.matches(refused)
    return subject.changed_since(conditions.modified_since) is False
