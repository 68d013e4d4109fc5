"""Stock clients log in by each version of OpenStack's identity interface."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from keystoneauth1 import exceptions, session
from keystoneauth1.identity import V3ApplicationCredential, generic, v2, v3

from tests.forks import commands
from tests.reliability.store import Store, new_store


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with new_store() as store:
        yield store


def base(store: Store) -> str:
    return "http://{}:{}".format(*store.address)


def swift(*words: str) -> str:
    """Run the command to its success; what it prints."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("OS_")}
    given = [commands.program("swift"), *words]
    done = subprocess.run(given, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def versions(store: Store) -> dict[str, list[str]]:
    names = [f"--os-{kind}={store.account}" for kind in ("username", "project-name")]
    names += [f"--os-password={store.token}", "--os-region-name=default"]
    domains = ["--os-user-domain-name=Default", "--os-project-domain-name=Default"]
    return {
        "v1": ["-A", f"{base(store)}/auth/v1.0", "-U", store.account, "-K", store.token],
        "v2": ["-V", "2", f"--os-auth-url={base(store)}/v2.0", *names],
        "v3": ["-V", "3", f"--os-auth-url={base(store)}/v3", *names, *domains],
    }


@pytest.mark.parametrize("version", ["v1", "v2", "v3"])
def test_the_swift_command_logs_in(store: Store, version: str) -> None:
    told = swift(*versions(store)[version], "auth").split()
    assert f"OS_STORAGE_URL={base(store)}/v1/AUTH_{store.account}" in told
    assert f"OS_AUTH_TOKEN={store.token}" in told


@pytest.mark.parametrize("version", ["v1", "v2", "v3"])
def test_the_swift_command_uses_its_account(store: Store, version: str, tmp_path: Path) -> None:
    given, name = versions(store)[version], f"by-{version}"
    (tmp_path / "note").write_text(version)
    swift(*given, "upload", name, str(tmp_path / "note"), "--object-name=note")
    assert f"Account: AUTH_{store.account}" in swift(*given, "stat")
    assert swift(*given, "download", name, "note", "-o", "-") == version


def plugins(store: Store) -> dict[str, Any]:
    url, name, key = base(store), store.account, store.token
    user: dict[str, Any] = {"username": name, "password": key, "user_domain_name": "Default"}
    project: dict[str, Any] = {"project_name": name, "project_domain_name": "Default"}
    return {
        "v2": v2.Password(f"{url}/v2.0", name, key, tenant_name=name),
        "v2 token": v2.Token(f"{url}/v2.0", key, tenant_name=name),
        "v3": v3.Password(f"{url}/v3", **user, **project),
        "v3 unscoped": v3.Password(f"{url}/v3", **user),
        "v3 token": v3.Token(f"{url}/v3", key, **project),
        "credential": V3ApplicationCredential(
            f"{url}/v3", application_credential_secret=key, application_credential_id=name
        ),
        "discovered": generic.Password(f"{url}/", **user, **project),
        "discovered at v3": generic.Password(f"{url}/v3", **user, **project),
    }


PLUGINS = [
    "v2", "v2 token", "v3", "v3 unscoped", "v3 token", "credential", "discovered",
    "discovered at v3",
]  # fmt: skip


@pytest.mark.parametrize("name", PLUGINS)
@pytest.mark.parametrize("interface", ["public", "internal", "admin"])
def test_keystoneauth_finds_the_object_store(store: Store, name: str, interface: str) -> None:
    auth = plugins(store)[name]
    asked: dict[str, Any] = {
        "service_type": "object-store",
        "interface": interface,
        "region_name": "default",
    }
    found = session.Session(auth).get_endpoint(**asked)
    assert found == f"{base(store)}/v1/AUTH_{store.account}"
    assert session.Session(auth).get_token() == store.token


@pytest.mark.parametrize("name", [name for name in PLUGINS if "token" not in name])
def test_keystoneauth_hears_of_a_wrong_key(store: Store, name: str) -> None:
    store.token, right = "wrong", store.token
    try:
        auth = plugins(store)[name]
    finally:
        store.token = right
    with pytest.raises(exceptions.Unauthorized, match="no such user, or the key is not theirs"):
        session.Session(auth).get_token()
