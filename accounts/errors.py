"""What can go wrong about users and tokens."""

from web.errors import (
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    PithosError,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)
from web.numbers import LARGEST_SIZE


class AccountsError(PithosError):
    """The root; its text is shown to whoever asked."""


class InvalidAccountError(AccountsError, InvalidRequest):
    """The name breaks a rule for names of accounts. reason: which, as in "it …"."""

    def __init__(self, account: str, reason: str) -> None:
        super().__init__(f"account name {account!r} {reason}")


class AccountExistsError(AccountsError, Conflict):
    """A user of this name exists."""

    def __init__(self, account: str) -> None:
        super().__init__(f"there is an account {account!r} already")


class AccountNotFoundError(AccountsError, NotFound):
    """No user has this name."""

    def __init__(self, account: str) -> None:
        super().__init__(f"there is no account {account!r}")


class InvalidQuotaError(AccountsError, InvalidRequest):
    """A quota is a number of bytes, 0 for any number of them."""

    def __init__(self, quota: int) -> None:
        super().__init__(f"a quota is 0 to {LARGEST_SIZE} bytes, not {quota}")


class UserSuspendedError(AccountsError, Conflict):
    """The user is suspended, so a secret of theirs would open nothing."""

    def __init__(self, account: str) -> None:
        super().__init__(f"{account!r} is suspended; resume the user first")


class SessionOverError(AccountsError, Unauthorized):
    """Whoever asks is signed in to the pages no more."""

    def __init__(self) -> None:
        super().__init__("the session is over; sign in again")


class TokenNotFoundError(AccountsError, NotFound):
    """The token that is to be revoked does not exist, or was revoked before."""

    def __init__(self) -> None:
        super().__init__("there is no such token, or it is revoked already")


class LoginRefusedError(AccountsError, Unauthorized):
    """User and key do not belong together; the message does not say which is wrong."""

    def __init__(self) -> None:
        super().__init__("there is no such user, or the key is not theirs")


class AppPasswordNotFoundError(AccountsError, NotFound):
    """The user has no valid app password of this number."""

    def __init__(self, account: str, number: int) -> None:
        super().__init__(f"{account!r} has no app password {number} that is valid")


class InvalidScopeError(AccountsError, InvalidRequest):
    """The limits of a new token contradict each other. reason: as in "the scope …"."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the scope {reason}")


class DeniedError(AccountsError, Unauthorized):
    """A token is nobody's: unknown, expired, revoked, or of somebody who may not come in (401)."""

    def __init__(self) -> None:
        super().__init__("the token is not valid")


class OutOfScopeError(AccountsError, Forbidden):
    """The token is somebody's, and does not reach this far (403)."""

    def __init__(self) -> None:
        super().__init__("the token does not reach this far")


class ProviderUnavailableError(AccountsError, Unavailable):
    """Nobody can say whose the token is now (503). provider: the backend's name."""

    def __init__(self, provider: str) -> None:
        super().__init__(f"the identity provider {provider!r} cannot answer now")
        self.provider = provider


class ThrottledError(AccountsError, TooManyRequests):
    """Keys are not tried any more (429). seconds: until the next try."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many wrong keys; try again in {seconds} s")
        self.seconds = seconds


class OperatorsOnlyError(AccountsError, Forbidden):
    """The caller is no operator."""

    def __init__(self) -> None:
        super().__init__("this is for operators")


class ForeignTokenError(AccountsError, Forbidden):
    """The token belongs to somebody else. reason: as in "the token …"."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the token {reason}")


class SubjectNotFoundError(AccountsError, NotFound):
    """The token that is asked about does not exist."""

    def __init__(self) -> None:
        super().__init__("there is no such token")
