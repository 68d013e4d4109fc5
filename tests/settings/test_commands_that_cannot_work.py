"""``manage.py`` where it cannot work: one line that says why, and no traceback."""

import os
from pathlib import Path

import pytest

from settings.names import refuse_unknown
from tests import forks

NOWHERE = "postgres://pithos@127.0.0.1:1/pithos"


def refused(*command: str, **environ: str) -> tuple[int, str]:
    """The exit status and what is said of a command that fails."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DATABASE_URL")}
    done = forks.run(command, {**kept, **environ})
    assert not done.stdout
    return done.returncode, done.stderr


@pytest.mark.parametrize("command", ["create_user eve", "serve --port 0", "audit"])
def test_a_database_that_is_away_is_named(command: str, tmp_path: Path) -> None:
    status, said = refused(*command.split(), DATABASE_URL=NOWHERE, PITHOS_DATA_DIR=str(tmp_path))
    assert (status, said.count("\n")) == (1, 1)
    assert said.startswith("manage.py: ")
    assert "port 1 failed: Connection refused" in said


def test_the_whole_traceback_is_there_for_those_who_ask(tmp_path: Path) -> None:
    command = ("create_user", "eve", "--traceback")
    _, said = refused(*command, DATABASE_URL=NOWHERE, PITHOS_DATA_DIR=str(tmp_path))
    assert said.startswith("Traceback")


def test_a_database_without_tables_is_to_be_migrated(place: Path) -> None:
    for command in ("create_user eve", "collect_garbage", f"backup {place}/copy"):
        status, said = refused(*command.split(), PITHOS_DATA_DIR=str(place))
        assert status in {1, 2}
        assert said.count("\n") == 1
        assert said.endswith("the database is not up to date: manage.py migrate brings it there\n")


def test_a_data_directory_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, said = refused("audit", PITHOS_DATA_DIR=str(tmp_path / "file/var"))
    assert (status, said.count("\n")) == (1, 1)
    assert said.startswith("manage.py: PITHOS_DATA_DIR=")


MISSPELT = {
    "PITHOS_ALOWED_HOSTS": "PITHOS_ALOWED_HOSTS is no setting: did you mean PITHOS_ALLOWED_HOSTS?",
    "pithos_https": "pithos_https is no setting: did you mean PITHOS_HTTPS?",
    "PITHOS_S3_SECRET_FILE": (
        "PITHOS_S3_SECRET_FILE is no setting: did you mean PITHOS_S3_SECRET_KEY_FILE?"
    ),
    "PITHOS_XYLOPHONE": "PITHOS_XYLOPHONE is no setting: docs/configuration.md lists them all",
}


@pytest.mark.parametrize("name", MISSPELT)
@pytest.mark.parametrize("command", ["serve", "audit"])
def test_a_misspelt_setting_stops_every_command(name: str, command: str, tmp_path: Path) -> None:
    status, said = refused(command, PITHOS_DATA_DIR=str(tmp_path), **{name: "1"})
    assert (status, said) == (1, f"manage.py: {MISSPELT[name]}\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    [
        *("PITHOS_SERVICE_HOST", "PITHOS_DATABASE_SERVICE_PORT_HTTP", "PITHOS_PORT_8000_TCP_ADDR"),
        *("PITHOS_REQUIRE_TOOLS", "NOT_PITHOS_HTTPS"),
    ],
)
def test_what_others_have_named_so_is_none_of_our_business(name: str) -> None:
    refuse_unknown([name], ["PITHOS_HTTPS"])
