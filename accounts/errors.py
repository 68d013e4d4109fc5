"""What can go wrong about users and tokens."""


class AccountsError(Exception):
    """The root; its text is shown to whoever asked."""


class InvalidAccountError(AccountsError):
    def __init__(self, account: str, reason: str) -> None:
        super().__init__(f"account name {account!r} {reason}")


class AccountExistsError(AccountsError):
    def __init__(self, account: str) -> None:
        super().__init__(f"there is an account {account!r} already")


class AccountNotFoundError(AccountsError):
    def __init__(self, account: str) -> None:
        super().__init__(f"there is no account {account!r}")


class TokenNotFoundError(AccountsError):
    def __init__(self) -> None:
        super().__init__("there is no such token, or it is revoked already")


class LoginRefusedError(AccountsError):
    def __init__(self) -> None:
        super().__init__("there is no such user, or the key is not theirs")
