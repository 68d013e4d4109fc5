"""A store that is lost is made again of its backup, which was made while it was written to."""

import fcntl
import gzip
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from threading import Timer

import pytest
from django.contrib.auth.hashers import make_password

from pithos_api.blocks.local.checksums import ATTRIBUTE
from tests import forks
from tests.accounts.signing_in import PASSWORD, sign_in
from tests.leftovers import new_quick_directory
from tests.reliability.damages import flip_a_bit, solid
from tests.reliability.fire import amid_writes, back_up, begin_anew, restore, wipe
from tests.reliability.store import Store, new_directory, new_store, plant, wait_for


@pytest.fixture(scope="module")
def mine() -> Iterator[Store]:
    with new_store() as store:
        store.client().put("c")
        yield store


@pytest.fixture
def place() -> Iterator[Path]:
    with new_quick_directory() as path:
        yield path / "backup"


def test_what_was_acknowledged_before_a_backup_is_there_after_a_fire(
    mine: Store, place: Path
) -> None:
    with amid_writes(mine) as writers:
        made = back_up(mine, place)
    assert made["copied"] == made["blocks"] > 0
    wipe(mine)
    restore(mine, place)
    mine.restart()
    client = mine.client()  # with the token of before
    for writer in writers:
        writer.check(client)
    assert mine.manage("fsck", "--strict").returncode == 0
    serial = int(client.put("c/next", b"")["X-Object-Version"])
    assert mine.ask("SELECT max(serial) FROM version") == serial


def test_who_made_a_backup_and_who_used_one_is_written_down(mine: Store, place: Path) -> None:
    name = back_up(mine, place)["name"]
    begin_anew(mine)
    restore(mine, place)
    mine.restart()
    told = mine.ask(
        "SELECT array_agg(action || ' ' || target ORDER BY id)"
        " FROM audit_event WHERE starts_with(action, 'backup.') AND starts_with(actor, 'shell:')"
    )
    assert told[-2:] == [f"backup.begin {place}", f"backup.restore {place / name}"]


def test_who_was_signed_in_is_not_in_a_store_that_is_made_of_a_backup(
    mine: Store, place: Path
) -> None:
    mine.execute("UPDATE accounts_user SET password = %s", make_password(PASSWORD))
    cookies = sign_in(mine.client(), PASSWORD)
    assert mine.client().raw("GET", "/account/", headers=cookies).status == 200
    key = mine.ask("SELECT key FROM accounts_signing_key")
    name = back_up(mine, place)["name"]
    files = {path.name: gzip.decompress(path.read_bytes()) for path in (place / name).glob("*.gz")}
    assert "accounts_user.gz" in files
    assert not any(key.encode() in content for content in files.values())
    begin_anew(mine)
    restore(mine, place)
    mine.restart()
    assert mine.client().raw("GET", "/account/", headers=cookies).status == 302
    assert mine.ask("SELECT key FROM accounts_signing_key") != key


def test_events_of_the_backup_come_beside_those_of_a_store_that_was_begun_anew(
    mine: Store, place: Path
) -> None:
    # That a backup is complete is known when its rows have been copied.
    events = (
        "SELECT array_agg(DISTINCT at || ' ' || action) FROM audit_event"
        " WHERE action <> 'backup.end'"
    )
    back_up(mine, place)
    then = mine.ask(events)
    begin_anew(mine)
    assert mine.manage("create_user", "stranger").returncode == 0  # event 1 of the new store
    restore(mine, place, "--force")
    restore(mine, place, "--force")  # adds nothing twice
    mine.restart()
    assert set(then) < set(mine.ask(events))
    assert mine.ask("SELECT count(*) FROM audit_event WHERE account = 'stranger'") == 1
    assert mine.ask("SELECT count(*) - count(DISTINCT (at, action)) FROM audit_event") == 0


def test_the_next_backup_copies_only_new_blocks(mine: Store, place: Path) -> None:
    first = back_up(mine, place)
    files = {path: path.stat().st_ino for path in (place / "blocks").glob("???/*")}
    mine.client().put("c/new", solid(30_000))
    second = back_up(mine, place)
    assert (second["blocks"], second["copied"]) == (first["blocks"] + 1, 1)
    assert second["copied_bytes"] == 30_000
    assert files.items() <= {p: p.stat().st_ino for p in (place / "blocks").glob("???/*")}.items()
    assert {path.name for path in place.glob("*Z")} == {first["name"], second["name"]}


def test_an_earlier_backup_can_be_had_by_its_name(mine: Store, place: Path) -> None:
    mine.client().put("c/which", b"first")
    first = back_up(mine, place)["name"]
    mine.client().put("c/which", b"second")
    back_up(mine, place)
    mine.kill_all()
    restore(mine, place, "--force", "--name", first)
    mine.restart()
    assert mine.client().get("c/which").body == b"first"
    last = "SELECT array_agg(action ORDER BY id) FROM audit_event WHERE id >= %s"
    kept = mine.ask("SELECT max(id) FROM audit_event WHERE action = 'backup.begin'")
    # The second backup's, which the log has kept.
    assert mine.ask(last, kept)[:3] == ["backup.begin", "backup.end", "backup.restore"]


@pytest.fixture
def made(mine: Store, place: Path) -> tuple[Path, Path]:
    """A backup, and the directory of its state."""
    mine.client().put("c/kept", solid(40_000))
    return place, place / back_up(mine, place)["name"]


def _change_format(state: Path) -> None:
    content = json.dumps({"format": 2}).encode()
    (state / "manifest.json").write_bytes(content)
    (state / "manifest.sha256").write_text(sha256(content).hexdigest())


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "manifest": (lambda state: flip_a_bit(state / "manifest.json"), "bytes are not those"),
    "table": (lambda state: flip_a_bit(state / "version.gz"), "version.gz"),
    "lost table": (lambda state: (state / "version.gz").unlink(), "version.gz"),
    "block list": (lambda state: flip_a_bit(state / "blocks.gz"), "blocks.gz"),
    "newer format": (_change_format, "its format is 2, and this version reads formats up to 1"),
    "unsealed": (lambda state: (state / "manifest.sha256").unlink(), "no complete backup"),
}


@pytest.fixture(scope="module")
def sound(mine: Store) -> Iterator[Path]:
    """A backup that nobody writes to."""
    mine.client().put("c/kept", solid(40_000))
    with new_quick_directory() as path:
        back_up(mine, path / "sound")
        yield path / "sound"


@pytest.mark.parametrize("part", SPOILT)
def test_a_broken_or_foreign_backup_is_refused(
    mine: Store, sound: Path, place: Path, part: str
) -> None:
    shutil.copytree(sound, place)
    [state] = place.glob("*Z")
    spoil, told = SPOILT[part]
    spoil(state)
    done = mine.manage("restore", str(place), "--force")
    assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    assert mine.client().head("c/kept").status == 200


@pytest.fixture
def elsewhere(mine: Store) -> Iterator[dict[str, str]]:
    """The environment of a store that has tables, and nothing in them."""
    with new_directory() as path:
        plant(path)
        yield {"PITHOS_DATA_DIR": str(path)}


def test_a_backup_with_a_damaged_block_is_refused_and_the_next_check_replaces_it(
    mine: Store, made: tuple[Path, Path], elsewhere: dict[str, str]
) -> None:
    place, _ = made
    flip_a_bit(random.choice(list((place / "blocks").glob("???/*"))))
    done = mine.manage("restore", str(place), **elsewhere)
    assert (done.returncode, "is damaged or missing" in done.stderr) == (2, True)
    assert back_up(mine, place, "--check")["copied"] == 1
    assert mine.manage("restore", str(place), **elsewhere).returncode == 0  # into what is empty


def test_a_store_that_is_replaced_keeps_the_key_of_the_checksums_beside_its_blocks(
    mine: Store, place: Path
) -> None:
    large, gone = solid(300_000), solid(30_000)
    mine.client().put("c/large", large)
    mine.client().put("c/gone", gone)
    back_up(mine, place)
    digest = sha256(gone).hexdigest()
    kept = mine.blocks()[digest].read_bytes()
    mine.blocks()[digest].unlink()
    flip_a_bit(place / "blocks" / digest[:3] / digest)
    file, key = mine.blocks()[sha256(large).hexdigest()], "SELECT key FROM accounts_signing_key"
    checksum, signing = os.getxattr(file, ATTRIBUTE), mine.ask(key)
    mine.kill()
    assert mine.manage("restore", str(place), "--force").returncode == 2  # late: blocks came
    assert os.getxattr(file, ATTRIBUTE) == checksum
    (place / "blocks" / digest[:3] / digest).write_bytes(kept)
    restore(mine, place, "--force")
    mine.restart()
    assert (os.getxattr(file, ATTRIBUTE), mine.ask(key)) == (checksum, signing)
    assert mine.client().get("c/gone").body == gone


def test_a_store_that_has_users_is_not_replaced_unasked(
    mine: Store, made: tuple[Path, Path]
) -> None:
    done = mine.manage("restore", str(made[0]))
    assert done.returncode == 2
    assert "others use the database: stop the server first" in done.stderr
    mine.kill()
    done = mine.manage("restore", str(made[0]))
    mine.restart()
    assert done.returncode == 2
    assert "the store is not empty: it has 1 users" in done.stderr


def test_connections_that_are_about_to_end_are_waited_for(
    mine: Store, made: tuple[Path, Path]
) -> None:
    session = mine.session()
    mine.kill()
    leaving = Timer(1.5, session.close)
    leaving.start()
    done = mine.manage("restore", str(made[0]))
    leaving.join()
    mine.restart()
    assert "the store is not empty: it has 1 users" in done.stderr


def test_a_block_that_the_store_has_lost_is_told_and_stays_lost(
    mine: Store, place: Path, elsewhere: dict[str, str]
) -> None:
    content = solid(50_000)
    mine.client().put("c/lost", content)
    digest = sha256(content).hexdigest()
    mine.blocks()[digest].unlink()
    assert back_up(mine, place, status=1)["missing"] == [digest]
    assert mine.manage("restore", str(place), **elsewhere).returncode == 0
    report = json.loads(mine.manage("fsck", "--json", **elsewhere).stdout)
    assert [each["name"] for each in report["checks"] if each["problems"]] == ["damaged"]
    assert mine.client().put("c/lost", content).status == 201


def test_two_backups_at_once_are_refused(mine: Store, place: Path) -> None:
    back_up(mine, place)
    with (place / "lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = mine.manage("backup", str(place))
    assert (done.returncode, "another backup is under way" in done.stderr) == (2, True)


def test_whoever_is_killed_starts_again(
    mine: Store, place: Path, elsewhere: dict[str, str]
) -> None:
    for n in range(100):
        mine.client().put(f"c/many-{n}", solid(200_000))
    first = back_up(mine, place)["name"]
    shutil.rmtree(place / "blocks")
    with forks.start(("backup", str(place)), mine.env) as process:
        wait_for(lambda: any((place / "blocks").glob("???/*")))
        process.kill()
    assert {path.name for path in place.glob("*Z")} == {first}
    second = back_up(mine, place)
    assert 0 < second["copied"] < second["blocks"]
    assert not list(place.glob("*.part"))
    blocks = Path(elsewhere["PITHOS_DATA_DIR"]) / "blocks"
    with forks.start(("restore", str(place)), {**mine.env, **elsewhere}) as process:
        wait_for(lambda: any(blocks.glob("???/*")))
        process.kill()
    assert mine.manage("restore", str(place), **elsewhere).returncode == 0
    assert mine.manage("fsck", "--strict", **elsewhere).returncode == 0
