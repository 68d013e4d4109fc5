"""deploy/helm/pithos, as Helm itself renders it and as Kubernetes' schemas check it."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "deploy/helm/pithos"
SECRETS = {"database": {"existingSecret": "db"}, "s3": {"url": "s3://b", "existingSecret": "s3"}}
INGRESS = {"hostname": "store.example", "ingress": {"enabled": True, "tlsSecret": "tls"}}
CASES: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "in a volume of its own": {"persistence": {"existingClaim": "mine"}},
    "with files of blocks": {"database": {"existingSecret": "db"}, **INGRESS},
    "three nodes": {
        **SECRETS,
        **INGRESS,
        "replicas": 3,
        "image": {"repository": "registry.example/p", "digest": f"sha256:{'a' * 64}"},
        "trustedProxies": "10.0.0.0/8",
        "metricsAllow": "10.0.0.0/8",
        "settings": {"PITHOS_WORKERS": 4, "PITHOS_BLOCK_SIZE": 4194304, "PITHOS_ACCESS_LOG": True},
        "nodeSelector": {"disk": "fast"},
        "podAnnotations": {"a": "b"},
        "extraEnv": [{"name": "PITHOS_OIDC_ISSUER", "value": "https://id.example"}],
    },
}
REFUSED = {
    "replicas: more than one needs database.existingSecret": {"replicas": 2},
    "and s3.url": {"replicas": 2, "database": {"existingSecret": "db"}},
    "additional properties 'replica' not allowed": {"replica": 2},
    "PITHOS_PORT has a value of its own": {"settings": {"PITHOS_PORT": 9000}},
    "'HTTPS'": {"settings": {"HTTPS": 1}},
    "hostname is needed": {"ingress": {"enabled": True, "tlsSecret": "tls"}},
    "tlsSecret is needed": {"ingress": {"enabled": True}, "hostname": "store.example"},
}


@pytest.fixture(scope="module")
def helm() -> Any:
    """What Helm says of the chart, and makes of each case."""
    pytest.importorskip("helm_python", reason="no wheel of Helm for this kind of processor")
    done = subprocess.run(
        [sys.executable, "-m", "tests.deploy.helm_chart", str(CHART)],
        cwd=ROOT,
        input=json.dumps(CASES | REFUSED),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(done.stdout)


def manifests(helm: Any, case: str) -> dict[str, Any]:
    """The objects of a case by their kind."""
    texts = [text for name, text in helm["rendered"][case].items() if name.endswith(".yaml")]
    found = [each for each in map(yaml.safe_load, texts) if each is not None]
    return {each["kind"]: each for each in found}


def pod(helm: Any, case: str) -> Any:
    return manifests(helm, case)["Deployment"]["spec"]["template"]["spec"]


def environment(helm: Any, case: str) -> dict[str, str]:
    [container] = pod(helm, case)["containers"]
    return {each["name"]: each["value"] for each in container["env"]}


def test_helm_finds_nothing_wrong(helm):
    assert helm["lint"]["errors"] == []
    assert [m["error"] for m in helm["lint"]["messages"]] == ["icon is recommended"]


@pytest.mark.parametrize("version", ["1.27", "1.31", "1.37"])
@pytest.mark.parametrize("case", CASES)
def test_kubernetes_takes_what_is_rendered(helm, case, version):
    found = manifests(helm, case)
    assert {"Deployment", "Service", "ServiceAccount"} <= found.keys()
    for each in found.values():
        kubernetes_validate.validate(each, version, strict=True)


@pytest.mark.parametrize("said", REFUSED)
def test_values_that_cannot_work_are_refused(helm, said):
    assert said in helm["rendered"][said]["error"]


@pytest.mark.parametrize("case", CASES)
def test_every_variable_is_one_that_the_store_reads(helm, case):
    page = (ROOT / "docs/configuration.md").read_text()
    assert [name for name in environment(helm, case) if f"| `{name}` |" not in page] == []


def test_settings_reach_the_store_as_they_were_written(helm):
    found = environment(helm, "three nodes")
    assert found["PITHOS_BLOCK_SIZE"] == "4194304"
    assert (found["PITHOS_WORKERS"], found["PITHOS_ACCESS_LOG"]) == ("4", "true")
    assert found["PITHOS_ALLOWED_HOSTS"].startswith("store.example,main-pithos,")
    assert (found["PITHOS_HTTPS"], found["PITHOS_PORT"]) == ("1", "8000")
    assert found["PITHOS_OIDC_ISSUER"] == "https://id.example"


@pytest.mark.parametrize("case", CASES)
def test_data_is_in_a_volume_that_one_pod_has(helm, case):
    kinds = manifests(helm, case)
    spec = kinds["Deployment"]["spec"]
    alone = case != "three nodes"
    assert spec["strategy"]["type"] == ("Recreate" if alone else "RollingUpdate")
    assert spec["replicas"] == (1 if alone else 3)
    [data] = [each for each in pod(helm, case)["volumes"] if each["name"] == "data"]
    claim = data.get("persistentVolumeClaim", {}).get("claimName")
    made = kinds.get("PersistentVolumeClaim", {}).get("metadata", {}).get("name")
    assert (claim, made) == {
        "three nodes": (None, None),
        "in a volume of its own": ("mine", None),
    }.get(case, ("main-pithos", "main-pithos"))


def test_secrets_are_files_that_the_store_s_user_can_read(helm):
    spec = pod(helm, "three nodes")
    found = environment(helm, "three nodes")
    assert found["DATABASE_URL_FILE"] == "/run/secrets/database/url"
    assert found["PITHOS_S3_SECRET_KEY_FILE"] == "/run/secrets/s3/secret-key"
    secrets = {each["name"]: each["secret"] for each in spec["volumes"] if "secret" in each}
    assert {each["secretName"] for each in secrets.values()} == {"db", "s3"}
    assert {each["defaultMode"] for each in secrets.values()} == {0o440}
    user = re.findall(r"^USER (\d+)$", (ROOT / "deploy/Containerfile").read_text(), re.MULTILINE)
    context = spec["securityContext"]
    assert [str(context["runAsUser"])] == [str(context["fsGroup"])] == user


@pytest.mark.parametrize("case", CASES)
def test_little_is_left_to_whoever_breaks_in(helm, case):
    spec = pod(helm, case)
    [container] = spec["containers"]
    assert spec["securityContext"]["runAsNonRoot"]
    assert not spec["automountServiceAccountToken"]
    assert not spec["enableServiceLinks"]  # PITHOS_PORT=tcp://… would stop the store
    context = container["securityContext"]
    assert context["readOnlyRootFilesystem"]
    assert not context["allowPrivilegeEscalation"]
    assert context["capabilities"] == {"drop": ["ALL"]}


def test_an_image_is_named_by_its_digest_or_by_the_version(helm):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    images = [pod(helm, case)["containers"][0]["image"] for case in ("as it comes", "three nodes")]
    assert images[0] == f"registry.example/pithos:{project['version']}"
    assert images[1] == f"registry.example/p@sha256:{'a' * 64}"


def test_the_server_has_time_to_finish_and_is_asked_where_it_answers(helm):
    from server.application import GRACEFUL_SECONDS

    spec = pod(helm, "as it comes")
    assert spec["terminationGracePeriodSeconds"] >= 2 * GRACEFUL_SECONDS
    [container] = spec["containers"]
    asked = {
        kind: container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("readiness", "liveness")
    }
    assert asked == {"readiness": "/readyz", "liveness": "/healthz"}
