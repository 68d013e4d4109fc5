"""deploy/Containerfile and compose.yaml: what they name is there."""

import json
import re
import subprocess
import tomllib
from ipaddress import ip_network
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CONTAINERFILE = (ROOT / "deploy/Containerfile").read_text().replace("\\\n", " ")
COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())

# What compose.yaml may say (https://compose-spec.io), as far as it says it.
SERVICE = {
    *("build", "image", "command", "environment", "secrets", "volumes", "ports", "depends_on"),
    *("read_only", "tmpfs", "cap_drop", "security_opt", "stop_grace_period", "restart"),
    *("healthcheck", "shm_size"),
}


def instructions(name):
    return re.findall(rf"^{name} (.+)$", CONTAINERFILE, re.MULTILINE)


def copied():
    return [source for line in instructions("COPY") for source in line.split()[:-1]]


def test_only_known_instructions_are_used():
    found = set(re.findall(r"^([A-Z]+) ", CONTAINERFILE, re.MULTILINE))
    assert found <= {
        *("ARG", "FROM", "ENV", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "EXPOSE"),
        *("STOPSIGNAL", "HEALTHCHECK", "CMD"),
    }


def test_all_that_is_copied_is_there():
    assert [source for source in copied() if not (ROOT / source).exists()] == []


def test_the_image_s_python_is_one_that_the_store_takes():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    (image,) = instructions("ARG")
    assert instructions("FROM") == ["${BASE}"]
    found = re.fullmatch(r"BASE=docker.io/library/python:(\d+)\.(\d+)-slim-\w+", image)
    assert found is not None
    assert wanted == ">=3.11"
    assert (int(found[1]), int(found[2])) >= (3, 11)


def test_the_server_runs_as_nobody_special_and_gets_the_signals():
    assert instructions("USER") == ["10001"]  # a number: Kubernetes wants to know that it is not 0
    assert "useradd --system --uid 10001 " in CONTAINERFILE
    (command,) = instructions("CMD")
    assert json.loads(command) == ["python", "manage.py", "serve"]


def test_the_health_check_is_a_command_that_python_takes():
    (check,) = instructions("HEALTHCHECK")
    command = json.loads(check.partition(" CMD ")[2])
    assert command[:2] == ["python", "-c"]
    compile(command[2], "HEALTHCHECK", "exec")
    assert "/readyz" in command[2]
    # Images in OCI's format have none: an engine learns it from compose.yaml.
    assert COMPOSE["services"]["store"]["healthcheck"]["test"] == ["CMD", *command]


def test_the_image_has_what_s3_needs_and_each_package_is_compared_with_its_hash():
    [install] = [each for each in instructions("RUN") if "pip install" in each]
    assert "pip install --require-hashes -r requirements.lock -r requirements-s3.lock" in install
    assert "obstore==" in (ROOT / "requirements-s3.lock").read_text()


def test_compose_says_only_what_it_may():
    assert COMPOSE.keys() <= {"name", "services", "secrets", "volumes", "networks"}
    for service in COMPOSE["services"].values():
        assert service.keys() <= SERVICE
        assert ("build" in service) != ("image" in service)


def test_what_services_use_is_declared():
    for service in COMPOSE["services"].values():
        assert set(service["secrets"]) <= COMPOSE["secrets"].keys()
        assert {volume.split(":")[0] for volume in service["volumes"]} <= COMPOSE["volumes"].keys()
        for name, needs in service.get("depends_on", {}).items():
            assert needs == {"condition": "service_healthy"}
            assert "healthcheck" in COMPOSE["services"][name]


def test_the_image_is_built_from_the_project():
    build = COMPOSE["services"]["store"]["build"]
    context = (ROOT / "deploy" / build["context"]).resolve()
    assert context == ROOT
    assert (context / build["dockerfile"]).exists()


def test_every_variable_of_the_store_is_one_that_it_reads():
    page = (ROOT / "docs/configuration.md").read_text()
    named = [
        *COMPOSE["services"]["store"]["environment"],
        *re.findall(r"PITHOS_[A-Z_]+", CONTAINERFILE),
    ]
    assert [name for name in named if f"| `{name}` |" not in page] == []


def test_the_store_believes_proxies_of_its_own_network():
    [pool] = COMPOSE["networks"]["default"]["ipam"]["config"]
    trusted = COMPOSE["services"]["store"]["environment"]["PITHOS_TRUSTED_PROXIES"]
    assert ip_network(trusted) == ip_network(pool["subnet"])


@pytest.fixture
def prepared(tmp_path):
    """A directory where the page's commands have made the secrets, as a careful user's shell."""
    page = (ROOT / "docs/deployment.md").read_text()
    [commands] = re.findall(r"^install -d .*?(?=^podman)", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "deploy").mkdir()
    script = f"umask 077; set -e\n{commands}"
    subprocess.run(["sh", "-c", script], cwd=tmp_path, check=True, timeout=60)
    return tmp_path / "deploy"


def test_the_programs_in_the_containers_can_read_their_secrets(prepared):
    """A container has them mounted with their own mode, whatever that of their directory."""
    for secret in COMPOSE["secrets"].values():
        path = prepared / secret["file"]
        assert path.stat().st_mode & 0o777 == 0o644
        assert path.parent.stat().st_mode & 0o777 == 0o700


def test_the_secrets_fit_together_and_are_kept_out_of_everything(prepared):
    password = (prepared / "secrets/database_password").read_text().strip()
    assert f":{password}@database:" in (prepared / "secrets/database_url").read_text()
    assert "/deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
