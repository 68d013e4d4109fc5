"""deploy/Containerfile and compose.yaml: what they name is there. No engine runs here."""

import json
import re
import tomllib
from pathlib import Path

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
        *("FROM", "ENV", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "EXPOSE"),
        *("STOPSIGNAL", "HEALTHCHECK", "CMD"),
    }


def test_all_that_is_copied_is_there():
    assert [source for source in copied() if not (ROOT / source).exists()] == []


def test_all_that_runs_is_copied():
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"bench", "tests"}
    assert rooms <= set(copied())
    assert {"manage.py", "requirements.txt", "templates"} <= set(copied())


def test_the_image_s_python_is_one_that_the_store_takes():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    (image,) = instructions("FROM")
    found = re.search(r"python:(\d+)\.(\d+)-slim", image)
    assert found is not None
    assert wanted == ">=3.11"
    assert (int(found[1]), int(found[2])) >= (3, 11)


def test_the_server_runs_as_nobody_special_and_gets_the_signals():
    assert instructions("USER") == ["pithos"]
    (command,) = instructions("CMD")
    assert json.loads(command) == ["python", "manage.py", "serve"]


def test_the_health_check_is_a_command_that_python_takes():
    (check,) = instructions("HEALTHCHECK")
    command = json.loads(check.partition(" CMD ")[2])
    assert command[:2] == ["python", "-c"]
    compile(command[2], "HEALTHCHECK", "exec")
    assert "/readyz" in command[2]


def test_compose_says_only_what_it_may():
    assert COMPOSE.keys() <= {"name", "services", "secrets", "volumes"}
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
