"""Every variable that is read has a row in docs/configuration.md, and every row is read."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

from settings import env, names

ROOT = Path(__file__).resolve().parents[2]
READERS = {
    *(
        "text",
        "secret",
        "boolean",
        "integer",
        "size",
        "choice",
        "choices",
        "words",
        "mapping",
        "origin",
    ),
    *("networks", "endpoint", "percent", "span"),
}
# The operating system's and Django's, not ours to document.
FOREIGN = {"PATH", "DJANGO_SETTINGS_MODULE"}
ROW = re.compile(r"^\| `([A-Z][A-Z0-9_]+)` \| .+? \| (.*?) \|", re.MULTILINE)
PLAIN_READ = re.compile(r'os\.environ\.(get|setdefault)\("[A-Z_]+"')
DOCUMENTED = dict(ROW.findall((ROOT / "docs/configuration.md").read_text()))
SOURCES = [
    path
    for room in ("settings", "cluster", "accounts", "pithos_api", "server", "observability", "web")
    for path in sorted((ROOT / room).rglob("*.py"))
]


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Each call in a file with what is called, such as ``env.text``."""
    text = path.read_text()
    for node in ast.walk(ast.parse(text if "env" in text else "")):  # which takes long
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def reads() -> Iterator[tuple[str, ast.Call]]:
    """Each reading of one variable by its name: through settings.env, or directly."""
    for path in SOURCES:
        for function, call in calls(path):
            ours = function.startswith("env.") and function[4:] in READERS
            if (ours or function == "os.environ.get") and isinstance(call.args[0], ast.Constant):
                yield str(call.args[0].value), call


@cache
def read() -> dict[str, ast.Call]:
    """What reads each variable. Looking for it takes long, which only these tests shall wait."""
    return dict(reads())


def default_of(call: ast.Call) -> str | None:
    """The default as the page writes it; None where it is not a constant of this call."""
    values = [word.value for word in call.keywords if word.arg == "default"] or call.args[1:2]
    if not values or not isinstance(values[0], ast.Constant):
        return None
    value = values[0].value
    return str(int(value)) if isinstance(value, bool) else str(value)


def test_the_readers_are_all_that_settings_env_has():
    module = ast.parse(Path(str(env.__file__)).read_text())
    public = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
    assert {name for name in public if not name.startswith("_")} == {*READERS, "given"}


def test_every_variable_that_is_read_has_a_row_and_every_row_is_read():
    secrets = {name for name, call in read().items() if ast.unparse(call.func) == "env.secret"}
    assert secrets == {
        "DATABASE_URL", "PITHOS_SECRET_KEY", "PITHOS_S3_ACCESS_KEY", "PITHOS_S3_SECRET_KEY",
        "PITHOS_KEYSTONE_PASSWORD", "PITHOS_INTROSPECTION_SECRET",
    }  # fmt: skip
    assert {name for name in secrets if name.startswith(names.PREFIX)} == set(names.SECRETS)
    every = read().keys() | {f"{name}_FILE" for name in secrets}
    assert DOCUMENTED.keys() == every - FOREIGN


def test_no_variable_is_read_out_of_sight():
    for path in SOURCES:
        if path != Path(str(env.__file__)):
            rest = PLAIN_READ.sub("", path.read_text())
            assert not re.search(r"\bos\.environ\b|\bgetenv\b", rest), path


def test_the_default_in_the_page_is_that_of_the_code():
    in_code = {name: told for name, call in read().items() if (told := default_of(call))}
    assert {name: DOCUMENTED[name].strip("`") for name in in_code} == in_code


def test_what_is_documented_is_accepted():
    names.refuse_unknown(DOCUMENTED, [name for name in dir(settings) if name.isupper()])


def test_what_tests_read_is_known_too():
    """A store that they start gets it with the rest of their environment."""
    code = [path.read_text() for room in ("tests", "bench") for path in (ROOT / room).rglob("*.py")]
    read = set(re.findall(r'(?:environ(?:\.get)?[\[(]|VARIABLE = )"(PITHOS_\w+)"', "".join(code)))
    assert read >= names.OF_TESTS - {"PITHOS_LARGE_FILE"}
    assert read <= names.OF_TESTS | DOCUMENTED.keys()
