"""One run of the command: its store, its output, and work in several threads."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import TypeVar

import click
from platformdirs import user_cache_path

from pithos_client import Driver, PithosClientError, connect
from pithos_client.command.terminal import stores
from pithos_client.command.terminal.names import typed_name
from pithos_client.command.terminal.output import Output, complain
from pithos_client.errors import (
    CredentialsError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
)
from pithos_client.hash_records import HashRecords
from pithos_client.operations.logins import Login

T = TypeVar("T")
R = TypeVar("R")


class FailedError(click.ClickException):
    """Some of several things failed; each was told already. code: the exit code."""

    def __init__(self, code: int) -> None:
        super().__init__("")
        self.code = code


@dataclass(frozen=True)
class Remote:
    """A container, or an object or folder in it. account: "" is one's own. name: may be ""."""

    account: str
    container: str
    name: str = ""

    def __str__(self) -> str:
        whose = f"/{self.account}/" if self.account else ""
        return f"{whose}{self.container}" + (f"/{self.name}" if self.name else "")

    @property
    def below(self) -> str:
        """What the names of all begin with that is in this folder."""
        return f"{self.name.rstrip('/')}/" if self.name.rstrip("/") else ""

    @property
    def path(self) -> tuple[str, str]:
        """Container and object."""
        return self.container, self.name

    def at(self, name: str) -> "Remote":
        """Return another name in the same container."""
        return Remote(self.account, self.container, name)


class Path(click.ParamType[Remote]):
    """``CONTAINER/NAME``, or ``/ACCOUNT/CONTAINER/NAME`` of somebody else's account."""

    name = "path"

    def __init__(self, *, needs_name: bool = False) -> None:
        self._needs_name = needs_name

    def convert(self, value: str | Remote, param: object, ctx: object) -> Remote:
        """Return a place in a store."""
        if isinstance(value, Remote):
            return value
        text = typed_name(value)
        account, rest = "", text
        if text.startswith("/"):
            account, _, rest = text[1:].partition("/")
        container, _, name = rest.partition("/")
        if not container or (self._needs_name and not name):
            raise click.BadParameter(f"{value!r} is no CONTAINER/NAME")
        return Remote(account, container, name)


@dataclass
class Session:
    """What a command works with. store: its name; None is the usual one."""

    output: Output
    store: str | None = None
    _login: Login | None = None
    _drivers: dict[str, Driver] = field(default_factory=dict)
    _records: HashRecords | None = None

    @property
    def login(self) -> Login:
        """The store and the account. Raises: ClickException: there is none."""
        self._login = self._login or stores.chosen(self.store)
        return self._login

    def driver(self, account: str = "") -> Driver:
        """Return an account of the store, by default one's own."""
        whose = account or self.login.account
        if whose not in self._drivers:
            self._drivers[whose] = connect(self.login.endpoint, whose, self.login.token)
        return self._drivers[whose]

    def records(self, *, trusts: bool = True) -> HashRecords:
        """Return the hashes of files that were read before. trusts: whether they count."""
        if self._records is None:
            file = user_cache_path("pithos") / "hashes.sqlite" if trusts else None
            self._records = HashRecords(file)
            click.get_current_context().call_on_close(self._records.close)
        return self._records

    def account(self, of: Remote) -> str:
        """Return whose it is."""
        return of.account or self.login.account


pass_session = click.make_pass_decorator(Session)
checksum = click.option(
    "-c", "--checksum", is_flag=True, help="Read every file, also those that look unchanged."
)


def each(work: Callable[[T], R], items: Iterable[T], jobs: int) -> Iterator[R]:
    """Yield what comes of each item, some of them at once.

    What fails is told in a line, and the others go on, unless nothing can succeed any more.

    Raises: FailedError: after all of them, if one failed.
    """
    codes: set[int] = set()
    pool = ThreadPoolExecutor(jobs)
    try:
        for done in as_completed([pool.submit(work, item) for item in items]):
            try:
                yield done.result()
            except (CredentialsError, UnavailableError):
                raise
            except (PithosClientError, OSError, click.ClickException) as error:
                complain(message(error))
                codes.add(exit_code(error))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    if codes:
        raise FailedError(codes.pop() if len(codes) == 1 else 1)


def message(error: Exception) -> str:
    """Return what is wrong, as people are told."""
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or ''}: {error.strerror}".removeprefix(": ")
    return str(error)


def exit_code(error: Exception) -> int:
    """Return 2 usage, 3 not found, 4 no right, 5 the store is away, 1 anything else."""
    if isinstance(error, FailedError):
        return error.code
    kinds: tuple[tuple[type[Exception], int], ...] = (
        (click.UsageError, 2),
        (NotFoundError, 3),
        (CredentialsError, 4),
        (NotAllowedError, 4),
        (UnavailableError, 5),
    )
    return next((code for kind, code in kinds if isinstance(error, kind)), 1)
