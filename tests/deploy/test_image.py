"""The image of deploy/Containerfile: built, run and stopped."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psutil
import pytest

from tests.api.client import Client
from tests.deploy import image
from tests.deploy.image import Images

pytestmark = [pytest.mark.tools("buildah", package="buildah"), pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def images() -> Iterator[Images]:
    with image.built() as images:
        yield images


@pytest.fixture
def container(images: Images) -> str:
    return images.do("from", image.IMAGE).strip()


def below(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """The processes that came of it, parents first."""
    return list(psutil.Process(process.pid).children(recursive=True))


@contextmanager
def serving(images: Images, container: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The image's own command, and what it prints until it serves."""
    [config] = [json.loads(images.do("inspect", container))["Docker"]["config"]]
    command = images.run(container, *config["Cmd"], options=["--env", "PITHOS_PORT=0"])
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = ""
        try:
            while "Serving on" not in said:
                line = process.stdout.readline()
                assert line, said
                said += line
            yield process, said
        finally:
            servers = [each for each in below(process) if each.cmdline()[0].endswith("python")]
            servers[0].terminate()
            process.wait(60)


def test_the_image_serves_and_stops(images, container):
    with serving(images, container) as (process, said):
        port = re.findall(r"Serving on http://127\.0\.0\.1:(\d+)", said)[0]
        token = re.findall(r"token +(\S+)", said)[0]
        client = Client(("127.0.0.1", int(port)), "demo", token)
        with closing(client.connection):
            client.put("c")
            assert client.put("c/o", b"content").status == 201
            assert client.get("c/o").body == b"content"
        users = {each.uids().real for each in below(process)}
        assert users - {0} == {10001}
    assert process.returncode == 0


def test_the_image_has_a_health_check_and_no_more_than_it_needs(images, container):
    config = json.loads(images.do("inspect", container))["Docker"]["config"]
    assert config["Healthcheck"]["Test"][:3] == ["CMD", "python", "-c"]
    assert config["User"] == "10001"
    found = images.say(container, "/usr/bin/ls", "-A", "/opt/pithos").split()
    assert {"manage.py", "pithos_api", "requirements.lock"} <= set(found)
    assert not {"var", ".git", "tests", "deploy", "bench"} & set(found)


def test_the_image_can_keep_blocks_in_s3(images, container):
    assert images.say(container, "python", "-c", "import obstore; print(obstore.__name__)")


@pytest.mark.parametrize(("mode", "readable"), [(0o644, True), (0o600, False)])
def test_a_secret_is_read_with_the_permissions_that_it_has_outside(
    images, container, tmp_path, mode, readable
):
    """What the page of deployment says of the files that compose mounts."""
    secret = tmp_path / "secrets/database_url"
    secret.parent.mkdir(mode=0o700)
    secret.write_text("postgres://")
    secret.chmod(mode)
    mounted = ["--volume", f"{secret}:/run/secrets/database_url:ro"]
    command = images.run(container, "/usr/bin/cat", "/run/secrets/database_url", options=mounted)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout == "postgres://") is readable, done.stderr
