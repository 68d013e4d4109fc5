"""What every backend of blobs must do; the tests of each run it."""

import json
import os
from collections.abc import Callable
from io import BytesIO
from typing import Protocol

import pytest

from blobs.services.interface import IBlobsBackend
from blobs.values.blobs import Flag, tag_of
from blobs.values.requests import BlobRequest
from web.bodies.body import RequestBody
from web.errors import Conflict, InvalidRequest, NotFound

Ask = Callable[..., BlobRequest]


class Place(Protocol):
    """Where a suite runs. ask: makes the request of a user with a body."""

    backend: IBlobsBackend
    user: str

    def ask(self, body: bytes = b"", *flags: Flag) -> BlobRequest: ...


def body_of(data: bytes, *, chunked: bool = False) -> RequestBody:
    stream = BytesIO(data)
    return RequestBody(stream.readinto, None if chunked else len(data))


class BackendContract:
    """Tests of a ``place``, which a subclass has as a fixture."""

    @pytest.fixture
    def keep(self, place: Place) -> Callable[..., bytes]:
        def write(blob: str, data: bytes = b"", namespace: str = "default") -> bytes:
            data = data or os.urandom(100)
            place.backend.write_blob(place.user, blob, place.ask(data), namespace)
            return data

        return write

    def test_what_is_written_is_read(self, place, keep):
        data = keep("a")
        blob = place.backend.read_blob(place.user, "a", place.ask(), "default")
        assert b"".join(map(bytes, blob.read(0, blob.size))) == data
        assert b"".join(map(bytes, blob.read(3, 7))) == data[3:7]
        assert (blob.size, blob.tag) == (100, tag_of(data))
        assert place.backend.get_blob_size(place.user, "a", "default") == 100

    def test_a_blob_never_changes(self, place, keep):
        data = keep("a")
        with pytest.raises(Conflict):
            keep("a", b"other")
        assert place.backend.read_blob(place.user, "a", place.ask(), "default").tag == tag_of(data)

    @pytest.mark.parametrize("method", ["read_blob", "add_tag_header", "get_flags", "set_flags"])
    def test_what_is_not_there_is_not_found(self, place, method):
        with pytest.raises(NotFound):
            getattr(place.backend, method)(place.user, "a", place.ask(b"[]"), "default")

    @pytest.mark.parametrize("method", ["delete_blob", "get_blob_size"])
    def test_what_is_not_there_has_no_size_and_is_not_deleted(self, place, method):
        with pytest.raises(NotFound):
            getattr(place.backend, method)(place.user, "a", "default")

    def test_namespaces_are_apart(self, place, keep):
        first, second = keep("a"), keep("a", namespace="other")
        for namespace, data in (("default", first), ("other", second)):
            blob = place.backend.read_blob(place.user, "a", place.ask(), namespace)
            assert blob.tag == tag_of(data)
        place.backend.delete_blob(place.user, "a", "other")
        assert place.backend.count(place.user, place.ask(), "default") == 1
        assert place.backend.count(place.user, place.ask(), "other") == 0

    def test_all_namespaces_are_counted_and_summed_up(self, place, keep):
        assert place.backend.get_total_storage(place.user) == 0
        keep("a", b"x" * 1024)
        keep("b", b"y", namespace="other")
        assert place.backend.count(place.user, place.ask()) == 2
        assert place.backend.get_total_storage(place.user) == 2
        place.backend.delete_blob(place.user, "b", "other")
        assert place.backend.get_total_storage(place.user) == 1

    @pytest.mark.parametrize(
        ("order", "wanted"), [("date", "cab"), ("+date", "cab"), ("-date", "bac"), (None, "abc")]
    )
    def test_lists_are_ordered_by_the_writing(self, place, keep, order, wanted):
        for blob in "cab":
            keep(blob)
        place.backend.set_flags(place.user, "c", place.ask(b'["PENDING"]'), "default")
        assert self.listed(place, order_by=order) == list(wanted)

    def listed(self, place, **wanted):
        found = place.backend.list_blobs(place.user, place.ask(), "default", **wanted)
        return json.loads(found)

    def test_lists_are_limited_to_a_flag(self, place, keep):
        for blob in "abc":
            keep(blob)
        for blob in "ca":
            place.backend.set_flags(place.user, blob, place.ask(b'["FAILED"]'), "default")
        assert self.listed(place, filter_flag="FAILED") == ["a", "c"]
        assert self.listed(place, filter_flag="FAILED", order_by="-date") == ["c", "a"]
        assert self.listed(place, filter_flag="PENDING") == []

    def test_what_was_deleted_is_listed_until_it_is_written_again(self, place, keep):
        for blob in "ab":
            keep(blob)
        place.backend.delete_blob(place.user, "a", "default")
        assert self.listed(place, deleted=True) == ["a"]
        assert self.listed(place) == ["b"]
        keep("a")
        assert self.listed(place, deleted=True) == []
        assert json.loads(place.backend.get_flags(place.user, "a", place.ask(), "default")) == []

    def test_flags_are_replaced_and_cleared(self, place, keep):
        keep("a")
        for flags in (["PENDING", "FAILED"], ["PROCESSED"], []):
            sent = place.ask(json.dumps(flags).encode())
            assert place.backend.set_flags(place.user, "a", sent, "default") is None
            found = place.backend.get_flags(place.user, "a", place.ask(), "default")
            assert json.loads(found) == flags

    def test_a_flag_that_is_none_changes_nothing(self, place, keep):
        keep("a")
        place.backend.set_flags(place.user, "a", place.ask(b'["PENDING"]'), "default")
        sent = place.ask(b'["FAILED", "DONE"]')
        assert "DONE" in place.backend.set_flags(place.user, "a", sent, "default")
        found = place.backend.get_flags(place.user, "a", place.ask(), "default")
        assert json.loads(found) == ["PENDING"]

    @pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b'"PENDING"', b"[", b"\xff"])
    def test_flags_are_a_list_of_texts(self, place, keep, body):
        keep("a")
        with pytest.raises(InvalidRequest):
            place.backend.set_flags(place.user, "a", place.ask(body), "default")

    @pytest.mark.requirement("B20")
    def test_a_blob_is_reserved_for_one(self, place, keep, settings):
        keep("a")
        reserve = place.ask(b'["PROCESSING"]')
        assert place.backend.set_flags(place.user, "a", reserve, "default") is None
        with pytest.raises(Conflict):
            place.backend.set_flags(place.user, "a", place.ask(b'["PROCESSING"]'), "default")
        settings.PITHOS_BLOBS_PROCESSING_TIMEOUT = 0
        again = place.ask(b'["PROCESSING"]')
        assert place.backend.set_flags(place.user, "a", again, "default") is None

    def test_the_tag_is_a_header(self, place, keep):
        data, asked = keep("a"), place.ask()
        place.backend.add_tag_header(place.user, "a", asked, "default")
        assert asked.reply_headers == [("Tag", tag_of(data))]

    def test_a_blob_begins_with_the_flags_of_its_request(self, place):
        asked = place.ask(b"mail", Flag.PENDING)
        place.backend.write_blob(place.user, "a", asked, "MX")
        assert json.loads(place.backend.get_flags(place.user, "a", place.ask(), "MX")) == [
            "PENDING"
        ]
