"""A store whose blocks are in S3, here in a SeaweedFS of the tests' own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.store import BLOCK, Store, check_container, new_directory, until
from tests.seaweed import ACCESS_KEY, SECRET_KEY, SeaweedFS


@pytest.fixture(scope="module")
def store(seaweed: SeaweedFS) -> Iterator[Store]:
    with new_directory() as data:
        (data / "secret").write_text(f"{SECRET_KEY}\n")
        running = Store(
            data,
            PITHOS_BLOCK_STORE=seaweed.url("blocks", prefix="a/store", timeout=1),
            PITHOS_S3_ACCESS_KEY=ACCESS_KEY,
            PITHOS_S3_SECRET_KEY_FILE=str(data / "secret"),
        )
        try:
            yield running
        finally:
            running.end()


def test_objects_are_kept_in_the_bucket_only(store: Store, box: str) -> None:
    client = store.client()
    contents = {"large": os.urandom(2 * BLOCK + 7), "small": b"in the database", "empty": b""}
    for name, content in contents.items():
        assert client.put(f"{box}/{name}", content).status == 201
    check_container(client, box, contents)
    part = client.get(f"{box}/large", {"Range": f"bytes={BLOCK - 5}-{BLOCK + 4}"})
    assert part.body == contents["large"][BLOCK - 5 : BLOCK + 5]
    assert not (store.data / "blocks").exists()


def test_while_s3_is_away_what_needs_it_is_503_and_the_rest_goes_on(
    store: Store, box: str, seaweed: SeaweedFS
) -> None:
    client, content = store.client(), os.urandom(BLOCK)
    assert client.put(f"{box}/before", content).status == 201
    client.put(f"{box}/small", b"in the database")
    seaweed.kill()
    refused = client.put(f"{box}/during", content), client.get(f"{box}/before")
    assert [(each.status, each["Retry-After"]) for each in refused] == [(503, "5")] * 2
    assert client.get(f"{box}/small").body == b"in the database"
    assert client.put(f"{box}/more", b"small").status == 201
    seaweed.start()
    until(lambda: client.get(f"{box}/before"), 200)
    until(lambda: client.put(f"{box}/after", content), 201)
    expected = {"before": content, "small": b"in the database", "more": b"small", "after": content}
    check_container(client, box, expected)


def refusal(store: Store, **env: str) -> str:
    """What ``serve`` says that does not start, beside a store that runs."""
    done = store.manage("serve", "--port", "0", **env)
    assert done.returncode == 1
    assert done.stdout == ""
    return done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("env", "reason"),
    [
        ({"PITHOS_S3_ACCESS_KEY": "nobody"}, "InvalidAccessKeyId"),
        ({"PITHOS_S3_ACCESS_KEY": ""}, "set PITHOS_S3_ACCESS_KEY and PITHOS_S3_SECRET_KEY"),
        ({"PITHOS_BLOCK_STORE": "s3://"}, "is not s3://bucket?endpoint=URL"),
        ({"PITHOS_BLOCK_STORE": "s3://blocks?endpiont=http://x"}, "is not s3://bucket?endpoint="),
        ({"PITHOS_BLOCK_STORE": "s3://blocks?timeout=0"}, "is not s3://bucket?endpoint=URL"),
        ({"PITHOS_BLOCK_STORE": "http://blocks"}, "neither file:///absolute/path nor s3://bucket"),
    ],
)
def test_the_start_says_what_is_wrong(store: Store, env: dict[str, str], reason: str) -> None:
    assert reason in refusal(store, **env)


def test_a_bucket_that_is_not_there_stops_the_start(store: Store, seaweed: SeaweedFS) -> None:
    url = seaweed.url("nowhere")
    said = refusal(store, PITHOS_BLOCK_STORE=url)
    assert f"PITHOS_BLOCK_STORE: the block store {url!r} cannot be used" in said
    assert "NoSuchBucket" in said


def test_without_obstore_the_start_says_what_to_install(store: Store, tmp_path: Path) -> None:
    hide = "import sys\nsys.modules['obstore'] = None\n"
    (tmp_path / "sitecustomize.py").write_text(hide)
    assert "pip install -r requirements-s3.lock" in refusal(store, PYTHONPATH=str(tmp_path))
