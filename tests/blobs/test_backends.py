from dataclasses import dataclass, field
from inspect import getmembers, isfunction, signature
from typing import Any

import pytest

from accounts.tokens.credentials import Credentials
from accounts.users.users import create_user
from blobs.services.interface import IBlobsBackend
from blobs.services.memory import MemoryBlobs
from blobs.services.stored import StoredObjectBlobs
from blobs.values.blobs import Flag
from blobs.values.requests import BlobRequest
from tests.blobs.contract import BackendContract, body_of


@dataclass
class BackendPlace:
    backend: IBlobsBackend
    user: str = "somebody"
    chunked: bool = False
    made: list[Any] = field(default_factory=list)

    def ask(self, body: bytes = b"", *flags: Flag) -> BlobRequest:
        credentials = Credentials.signed_by(self.user, scope=None)
        stream = body_of(body, chunked=self.chunked)
        return BlobRequest(credentials, lambda: stream, flags=flags)


class TestMemoryBlobs(BackendContract):
    @pytest.fixture
    def place(self) -> BackendPlace:
        return BackendPlace(MemoryBlobs())


@pytest.mark.django_db
class TestStoredObjectBlobs(BackendContract):
    @pytest.fixture(params=[False, True], ids=["sized", "chunked"])
    def place(self, request: pytest.FixtureRequest, db: None) -> BackendPlace:
        create_user("somebody")
        return BackendPlace(StoredObjectBlobs(), chunked=request.param)


@pytest.mark.requirement("B26")
@pytest.mark.parametrize("backend", [MemoryBlobs, StoredObjectBlobs])
def test_both_have_the_ten_methods_that_one_suite_tries(backend: type) -> None:
    names = [name for name, _ in getmembers(IBlobsBackend, isfunction) if not name.startswith("_")]
    assert len(names) == 10
    for name in names:
        assert signature(getattr(backend, name)) == signature(getattr(IBlobsBackend, name))
