from dataclasses import replace
from secrets import token_hex

import obstore
import pytest

from pithos_api.blocks.s3.bucket import S3Location
from pithos_api.blocks.s3.store import S3BlockStore
from pithos_api.errors import BlockNotFoundError, BlockStoreFullError, BlockStoreUnavailableError
from tests.pithos_api.blocks.contract import LONG, BlockStoreContract, digest_of, digests, put, read
from tests.seaweed import ACCESS_KEY, SECRET_KEY


@pytest.fixture
def location(seaweed):
    return S3Location(
        "blocks", token_hex(4), seaweed.endpoint, access_key=ACCESS_KEY, secret_key=SECRET_KEY
    )


@pytest.fixture
def store(location):
    return S3BlockStore(location)


def key_of(digest):
    return f"{digest.hex()[:3]}/{digest.hex()}"


class TestS3BlockStore(BlockStoreContract):
    @pytest.fixture
    def damage(self, store):
        def overwrite(digest, stored):
            obstore.put(store._bucket._client, key_of(digest), stored)

        return overwrite


def test_keys_are_the_paths_of_a_local_store(store, location):
    digest = put(store, b"abc")
    below = obstore.list(replace_prefix(location, "")._bucket._client, location.prefix).collect()
    assert [each["path"] for each in below] == [f"{location.prefix}/{key_of(digest)}"]


def replace_prefix(location, prefix):
    return S3BlockStore(replace(location, prefix=prefix))


def test_stores_with_other_prefixes_in_the_bucket_do_not_see_each_other(store, location):
    digest = put(store, b"abc")
    other = replace_prefix(location, f"{location.prefix}more")
    assert digests(other) == []
    with pytest.raises(BlockNotFoundError):
        other.get(digest)


def test_other_keys_are_passed_over(store):
    digest = put(store, b"abc")
    for name in ("note", "abc/note", f"{digest.hex()}", f"abc/{'X' * 64}"):
        obstore.put(store._bucket._client, name, b"an operator's")
    assert digests(store) == [digest]


def test_more_blocks_than_a_page_of_keys_are_listed(store, monkeypatch):
    monkeypatch.setattr("pithos_api.blocks.s3.bucket._PAGE", 7)
    there = sorted(put(store, b"block %d" % n) for n in range(30))
    assert digests(store) == there
    for digest in there:
        store.retire(digest)
    assert digests(store) == []
    assert sorted(block.digest for block in store.retired()) == there


def test_a_block_read_in_parts_is_fetched_once(store, monkeypatch):
    fetches, get = [], obstore.get

    def counting_get(*args):
        fetches.append(args)
        return get(*args)

    monkeypatch.setattr(obstore, "get", counting_get)
    digest = put(store, LONG)
    parts = [read(store, digest, at, at + 1000) for at in range(0, 10_000, 1000)]
    assert b"".join(parts) == LONG[:10_000]
    assert len(fetches) == 1


def test_only_the_last_blocks_are_remembered(store, monkeypatch):
    there = [put(store, b"block %d" % n) for n in range(6)]
    for digest in there:
        read(store, digest, 0, 1)
    monkeypatch.setattr(obstore, "get", None)
    for digest in there[2:]:
        read(store, digest, 0, 1)
    with pytest.raises(TypeError):
        read(store, there[1], 0, 1)


def test_a_deleted_block_is_not_remembered(store):
    digest = put(store, b"abc")
    read(store, digest, 0, 3)
    store.delete(digest)
    with pytest.raises(BlockNotFoundError):
        store.read(digest, 0, 3)


def test_never_verifying_serves_what_is_there(location):
    store = S3BlockStore(location, "never")
    obstore.put(store._bucket._client, key_of(digest_of(b"abcd")), b"abXd")
    assert store.get(digest_of(b"abcd")) == b"abXd"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"bucket": "nowhere"}, "NoSuchBucket"),
        ({"access_key": "nobody"}, "InvalidAccessKeyId"),
        ({"secret_key": "wrong"}, "SignatureDoesNotMatch"),
        ({"endpoint": "http://127.0.0.1:1"}, "error sending request"),
    ],
)
def test_the_reason_why_a_bucket_cannot_be_used_is_told(location, monkeypatch, change, reason):
    monkeypatch.setattr("pithos_api.blocks.s3.patience.PAUSES_SECONDS", (0.0,))
    store = S3BlockStore(replace(location, **change))
    for ask in (lambda: digests(store), lambda: store.get(digest_of(b"")[::-1])):
        with pytest.raises(BlockStoreUnavailableError, match="cannot answer now") as caught:
            ask()
        assert reason in caught.value.reason
        assert "\n" not in caught.value.reason


def test_a_secret_is_not_shown(location):
    assert SECRET_KEY not in repr(location)


def test_credentials_may_come_from_the_environment(location, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    store = S3BlockStore(replace(location, access_key="", secret_key=""))
    assert store.get(put(store, b"abc")) == b"abc"


@pytest.mark.parametrize(
    "answer",
    [
        "Server returned non-2xx status code: 507 Insufficient Storage: ",
        "400 Bad Request: <Error><Code>XMinioStorageFull</Code><Message>Full</Message></Error>",
        '403 Forbidden: <?xml version="1.0"?><Error><Code>QuotaExceeded</Code></Error>',
    ],
)
def test_a_full_service_is_told_from_one_that_is_away(store, monkeypatch, answer):
    def refuse(*_, **__):
        raise obstore.exceptions.GenericError(answer)

    monkeypatch.setattr(obstore, "put", refuse)
    monkeypatch.setattr("pithos_api.blocks.s3.patience.PAUSES_SECONDS", (0.0,))
    with pytest.raises(BlockStoreFullError):
        store.put(digest_of(b"abc"), b"abc")
