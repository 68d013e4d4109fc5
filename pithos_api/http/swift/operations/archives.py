"""Archives that are unpacked: each file in them becomes an object."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import quote

from django.conf import settings
from django.db import Error

from pithos_api.errors import ClientGoneError
from pithos_api.http.bodies.archives.expanding import (
    ArchiveLimits,
    BrokenArchiveError,
    ExpandedBody,
)
from pithos_api.http.bodies.archives.members import Member, MemberReader
from pithos_api.http.operations.table import Call
from pithos_api.http.swift.parsing.archives import ArchiveUpload, path_of, place_of, read_file
from pithos_api.http.swift.rendering.bulk_reports import DECLARATION, BulkReport
from pithos_api.http.swift.rendering.documents import DOCUMENTS
from pithos_api.http.swift.rendering.faults import status_of
from pithos_api.services import connections
from pithos_api.services.access.permissions import find_caller
from pithos_api.services.access.scopes import require_writer
from pithos_api.services.containers.changing import create_container
from pithos_api.services.objects.small.many import (
    MOST_AT_ONCE,
    SmallObject,
    goes_with_others,
    store_many,
)
from pithos_api.services.objects.versions.archiving import archived
from pithos_api.services.objects.writing import store_object
from pithos_api.services.storage.heavy_work import Effort, UnpackingTurns
from pithos_api.values import ContainerPath, MetaChange, ObjectPath, PolicyChange
from pithos_api.values.requests import ContainerChange, Upload
from web.bodies.body import RequestBody
from web.bodies.pausing import BodyPauses, Kept, keep
from web.errors import (
    Forbidden,
    InvalidRequest,
    PithosError,
    Unauthorized,
    UploadTooLargeError,
)
from web.negotiation import Format
from web.reply import Reply

log = logging.getLogger(__name__)

MAX_CONTAINERS: Final = 10_000
MAX_FAILURES: Final = 1000

_CREATED: Final = "Number Files Created"
_WAITING: Final = 2 * 1024 * 1024  # bytes of files that wait for each other
_AS_LONG_AS: Final = 32 * 1024  # a file takes no less time than so many bytes that are read
_BEAT_SECONDS: Final = 10.0
_TOLD: Final = 1024  # bytes of a path that is told
_PIECE: Final = 64 * 1024
_KEPT: Final = "unpacking"

_PLAIN: Final = ContainerChange(MetaChange({}, replace=False), PolicyChange({}, reset=False))

Unpacking: TypeAlias = (
    Call[str, ArchiveUpload] | Call[ContainerPath, ArchiveUpload] | Call[ObjectPath, ArchiveUpload]
)


class TooManyContainersError(InvalidRequest):
    """The files of an archive need too many new containers."""

    def __init__(self) -> None:
        super().__init__(f"More than {MAX_CONTAINERS} containers to create from tar.")


def unpack(call: Unpacking) -> Reply:
    """Store the files of the archive that the body is; 200 with what came of it.

    What is told to be made is durable. What goes wrong with a file leaves the others, and what
    ends the whole leaves those before it. Blanks are sent while it takes long.

    Raises: InvalidTokenError, LimitedTokenError: before the body is read, and when it goes on;
        NoLengthError, InvalidLengthError; BusyError: under a server that has a thread wait.
        BodyPauses.
    """
    require_writer(call.credentials)
    caller = find_caller(call.credentials)
    body = call.body()
    unpacking = keep(body.pausing, _KEPT, lambda: _Unpacking(call, caller.actor, body))
    work, report, form = unpacking.run(), unpacking.report, call.wanted.form
    for _ in work:  # it takes long
        return Reply(200, [("Content-Type", DOCUMENTS[form])], _alive(work, report, form))
    return report.reply(form)


def _alive(work: Iterator[None], report: BulkReport, form: Format) -> Iterator[bytes]:
    """Yield blanks as long as there is work, and then the report."""
    yield DECLARATION if form is Format.XML else b" "
    for _ in work:
        yield b" "
    if form is Format.TEXT:
        yield b"\r\n\r\n"
    yield from report.rest(form)


class _File(NamedTuple):
    """A file that comes, and what it becomes."""

    path: ObjectPath
    upload: Upload


class _Unpacking:
    """An archive on its way into containers. Small files of one container wait for each other.

    The request keeps it while the body pauses, and goes on with it. report: what has come of it.
    """

    def __init__(self, call: Unpacking, actor: int, body: RequestBody) -> None:
        """Begin it. Raises: as ``ExpandedBody``."""
        self.report = BulkReport("extract", 201, {_CREATED: 0})
        self._credentials = call.credentials
        self._wanted = call.wanted
        self._body = body
        self._limits = ArchiveLimits(
            entries=settings.PITHOS_ARCHIVE_ENTRIES,
            size=settings.PITHOS_ARCHIVE_SIZE,
            ratio=settings.PITHOS_ARCHIVE_RATIO,
            depth=settings.PITHOS_ARCHIVE_DEPTH,
        )
        self._turns = UnpackingTurns(actor)
        self._source = ExpandedBody(
            body, call.wanted.compression, self._limits, self._turns.may_go_on
        )
        self._members = MemberReader(self._source, self._limits)
        self._member: Member | None = None  # that comes
        self._file: _File | None = None  # what it is to be, once that is known
        self._data = bytearray()  # what has come of a small one
        self._kept = Kept()  # what a large one needs to go on
        self._refused: dict[str, PithosError | None] = {}  # containers that were asked for
        self._made = 0
        self._waiting: dict[ObjectPath, SmallObject] = {}
        self._waiting_bytes = 0
        self._effort = Effort()

    def close(self) -> None:
        """Give up the file that comes: the request has ended."""
        self._end_file()
        self._source.close()

    def run(self) -> Iterator[None]:
        """Unpack the body, or go on with it, and yield now and then once all of it has come.

        Raises: BusyError: before it begins; BodyPauses.
        """
        with self._turns.at_work(may_leave=self._body.pausing is not None):
            try:
                with self._ending():
                    yield from self._store_files()
            except BodyPauses:
                with self._ending():
                    self._store_waiting()
                if not self.report.ended:
                    raise
            with self._ending():
                self._store_waiting()
        if not (self.report.counts[_CREATED] or self.report.failed or self.report.ended):
            self.report.end(400, "Invalid Tar File: No Valid Files")

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """Let the report tell what has ended the whole."""
        try:
            yield
        except PithosError as error:
            self.report.end(status_of(error), str(error))
        except Error as error:
            log.error("the database failed: %s", str(error).strip())
            connections.note_loss()
            self.report.end(503, "the store cannot answer now")

    def _store_files(self) -> Iterator[None]:
        """Store the files that come, and yield now and then. Raises: what ends the whole."""
        self._source.work(0)
        due = time.monotonic() + _BEAT_SECONDS
        while len(self.report.failed) < MAX_FAILURES and (member := self._next()) is not None:
            self._take(member)
            self._end_file()
            self._source.work(_AS_LONG_AS)
            if time.monotonic() >= due and self._has_come():
                if not self._turns.may_stay():
                    raise BodyPauses
                yield
                due = time.monotonic() + _BEAT_SECONDS

    def _has_come(self) -> bool:
        """Return whether the reply may begin: the request does not have to begin again."""
        return self._body.pausing is None or self._body.pausing.at_hand()

    def _next(self) -> Member | None:
        """Return the file that comes; None at the end. Raises: as ``MemberReader``; BodyPauses."""
        self._member = self._member or self._members.next()
        return self._member

    def _end_file(self) -> None:
        """Be done with the file that comes, and leave nothing of it to the next."""
        self._member = self._file = None
        self._data.clear()
        if self._kept and self._body.pausing is not None:
            self._kept.close()
            self._body.pausing.aside.close()

    def _take(self, member: Member) -> None:
        """Store the file that comes, or have it wait. Raises: what ends the whole; BodyPauses."""
        place = place_of(self._wanted.base, member.name)
        if "/" not in place:
            return  # it is in no container
        try:
            file = self._file = self._file or self._begin(place, member)
            if goes_with_others(member.size):
                self._wait(SmallObject(file.path, file.upload, self._read(member)))
                return
            self._store_waiting()
            content = self._body.through(lambda _: member.readinto, member.size).apart(self._kept)
            stored = store_object(self._credentials, file.path, file.upload, content)
            archived(file.path, stored)
        except (Unauthorized, ClientGoneError, BrokenArchiveError, TooManyContainersError):
            raise
        except PithosError as error:
            if self._source.failure is not None:
                raise
            self._fail(place, error)
        else:
            self.report.counts[_CREATED] += 1

    def _begin(self, place: str, member: Member) -> _File:
        """Return what a file becomes, in a container that is made if there is none.

        Raises: InvalidPathError, NotTextError, UploadTooLargeError; as ``read_file`` and
            ``_make_container``.
        """
        path = path_of(self._wanted.account, place, self._limits.depth)
        if member.size > settings.PITHOS_MAX_UPLOAD_SIZE:
            raise UploadTooLargeError(settings.PITHOS_MAX_UPLOAD_SIZE)
        upload = read_file(self._wanted, path.name, member.said)
        self._make_container(path)
        return _File(path, upload)

    def _read(self, member: Member) -> bytes:
        """Return the content of a small file. Raises: as ``MemberReader``; BodyPauses."""
        data, size = self._data, member.size
        while len(data) < size:
            piece = bytearray(min(_PIECE, size - len(data)))
            data += memoryview(piece)[: member.readinto(memoryview(piece))]
        return bytes(data)

    def _wait(self, small: SmallObject) -> None:
        """Let it wait for others of its container, in the order of each name."""
        first = next(iter(self._waiting), small.path)
        if small.path in self._waiting or first.container != small.path.container:
            self._store_waiting()
        self._waiting[small.path] = small
        self._waiting_bytes += len(small.data)
        if len(self._waiting) >= MOST_AT_ONCE or self._waiting_bytes >= _WAITING:
            self._store_waiting()

    def _store_waiting(self) -> None:
        """Store those that wait. Raises: ClientGoneError, InvalidTokenError."""
        waiting = list(self._waiting.values())
        self._effort.add(max(self._waiting_bytes, len(waiting) * _AS_LONG_AS))
        self._waiting.clear()
        self._waiting_bytes = 0
        if not waiting:
            return
        for small, error in zip(waiting, store_many(self._credentials, waiting), strict=True):
            if error is None:
                self.report.counts[_CREATED] += 1
            elif isinstance(error, Unauthorized):
                raise error
            else:
                self._fail(f"{small.path.container}/{small.path.name}", error)

    def _fail(self, place: str, error: PithosError) -> None:
        """Note that a file was not stored: where it had no container, why that is so."""
        cause = self._refused.get(place.partition("/")[0]) if status_of(error) == 404 else None
        shown = quote(place.encode(errors="surrogateescape")[:_TOLD])
        self.report.fail(shown.encode(), cause or error)

    def _make_container(self, path: ObjectPath) -> None:
        """Make the container of a file if it is the first of it, and there is none.

        Who may not make containers may still write to one.

        Raises: InvalidTokenError, TooManyContainersError.
        """
        if path.container in self._refused:
            return
        self._refused[path.container] = None
        try:
            container = ContainerPath(path.account, path.container)
            self._made += create_container(self._credentials, container, _PLAIN)
        except Forbidden as error:
            self._refused[path.container] = error
        if self._made > MAX_CONTAINERS:
            raise TooManyContainersError
