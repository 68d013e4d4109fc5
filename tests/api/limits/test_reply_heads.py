"""No reply has more than 64 KiB of headers; what would need more is refused where it is written."""

from collections.abc import Callable, Iterator
from secrets import token_hex

import pytest

from accounts.models import User
from accounts.tokens.tokens import create_token
from accounts.users.users import create_user
from pithos_api.models import Account, Container, GroupMember, Version
from tests.api.client import Answer, Client
from tests.api.reply_heads import (
    GROUPS,
    META_KEYS,
    MOST,
    READERS,
    TYPE,
    in_utf8,
    meta,
    people,
    size,
)
from tests.api.state import unchanged
from tests.api.visitors import share, visit
from tests.swift.client import SwiftClient, in_swift

FOLDER = "\U0001f600" * 120
PATH = f"c/{FOLDER}/{FOLDER}"

NewUser = Callable[[], Client]


def assert_told(answer: Answer, sent: dict[str, str]) -> None:
    """Assert that the reply's head is within the limit, and says all of this."""
    assert size(answer) < MOST
    assert sent.items() <= dict(answer.headers.items()).items()
    assert answer.get("X-Headers-Left-Out") is None


def assert_refused(answer: Answer, limit: int) -> None:
    """Assert 400 with a message that says how much there may be."""
    assert (answer.status, str(limit) in answer.body.decode()) == (400, True), answer.body


@pytest.fixture
def large(box: Client, new_user: NewUser) -> tuple[Client, Client]:
    """The owner of an object whose head is as large as it gets, and who reads it by a list."""
    reader = new_user()
    box.put(f"c/{FOLDER}")
    share(box, f"c/{FOLDER}", f"read={people(219)},{reader.account}")
    assert box.put(PATH, b"x", {**meta("Object", META_KEYS), **TYPE}).status == 201
    return box, visit(reader, box)


def test_the_largest_head_of_an_object_is_told_whole(large: tuple[Client, Client]) -> None:
    for client in large:
        head = client.head(PATH)
        assert_told(head, {**meta("Object", META_KEYS), **TYPE})
        assert size(head) > 42_000
        assert len(head["X-Object-Sharing"]) > 8000
        assert len(head["X-Object-Shared-By"]) > 1400


@pytest.fixture
def scripted(box: Client) -> SwiftClient:
    """A user of Swift whose ``c`` scripts of any origin may use."""
    swift = in_swift(box)
    swift.post("c", headers={"X-Container-Meta-Access-Control-Allow-Origin": "*"})
    return swift


def test_a_script_is_told_of_headers_within_the_limit(scripted: SwiftClient) -> None:
    long = {f"X-Object-Meta-{'%25' * 50}{number:02}": "v" for number in range(70)}
    assert scripted.put("c/o", b"x", long).status == 201
    head = scripted.head("c/o", headers={"Origin": "https://site.example"})
    assert_told(head, long)
    exposed = head["Access-Control-Expose-Headers"]
    assert 8000 < len(exposed) <= 8192
    assert exposed.startswith("cache-control, ")


def test_the_largest_head_is_within_the_limit_for_a_script_too(
    large: tuple[Client, Client], scripted: SwiftClient
) -> None:
    for client in large:
        head = in_swift(client).head(PATH, headers={"Origin": "https://site.example"})
        assert_told(head, in_utf8(meta("Object", META_KEYS)))
        assert "x-object-meta-k30" in head["Access-Control-Expose-Headers"]


@pytest.fixture
def long_named(api: Client, committed: None) -> Iterator[tuple[SwiftClient, str]]:
    """A user and an object of theirs, all with names as long as can be, that scripts may read."""
    user = create_user("\U0001f600" * 60 + token_hex(8))
    client = Client(api.address, user.account, create_token(user))
    container = "\U0001f600" * 64
    client.put(container, headers={"X-Container-Meta-Access-Control-Allow-Origin": "*"})
    folder = f"{container}/" + "\U0001f600" * 250
    assert client.put(folder).status == 201
    share(client, folder, f"read={people(221)}")
    yield in_swift(client), f"{folder}/{'n' * 23}"
    client.connection.close()


def test_the_longest_names_fit_beside_the_largest_head(
    long_named: tuple[SwiftClient, str],
) -> None:
    client, path = long_named
    sent = {**TYPE, **meta("Object", META_KEYS)}
    assert client.pithos.put(path, b"x", sent).status == 201
    head = client.head(path, {"Origin": "https://site.example"})
    assert_told(head, in_utf8(sent))
    assert size(head) > 31_000
    assert len(head["X-Object-Shared-By"]) > 4000


def test_the_largest_head_of_a_container_is_told_whole(scripted: SwiftClient) -> None:
    pithos = scripted.pithos
    lists = {"X-Container-Read": READERS, "X-Container-Write": READERS}
    assert scripted.post("c", headers=lists).status == 204
    assert pithos.post("c", headers=meta("Container", META_KEYS)).status == 202
    for number in range(3):
        keys = {f"X-Object-Meta-{number}{n:02}{'k' * 100}": "v" for n in range(30)}
        pithos.put(f"c/{number}", b"", keys)
    head = scripted.head("c")
    assert_told(head, {**lists, **in_utf8(meta("Container", META_KEYS))})
    assert size(head) > 28_000


def test_the_largest_head_of_an_account_is_told_whole(api: Client) -> None:
    half = dict(list(GROUPS.items())[:16])
    assert api.post(headers={**half, **meta("Account", META_KEYS)}).status == 202
    assert api.post(headers=dict(list(GROUPS.items())[16:]), update="").status == 202
    assert_told(api.head(), {**GROUPS, **meta("Account", META_KEYS)})
    assert size(api.head()) > 60_000


def test_what_was_told_can_be_sent_back(api: Client) -> None:
    api.post(headers={**meta("Account", META_KEYS), **dict(list(GROUPS.items())[:16])})
    api.post(headers=dict(list(GROUPS.items())[16:]), update="")
    told = {**api.head().meta("X-Account-Group-"), **api.head().meta("X-Account-Meta-")}
    assert len(told) == META_KEYS + len(GROUPS)
    assert api.post(headers=told).status == 202
    assert_told(api.head(), told)


def test_lists_can_be_set_where_there_is_much_metadata(scripted: SwiftClient) -> None:
    scripted.pithos.post("c", headers=meta("Container", META_KEYS))
    assert scripted.post("c", headers={"X-Container-Read": ".r:*"}).status == 204
    told = in_utf8(meta("Container", META_KEYS))
    assert_told(scripted.head("c"), {"X-Container-Read": ".r:*", **told})


@pytest.mark.requirement("R72")
def test_metadata_that_replies_could_not_tell_is_refused(box: Client) -> None:
    sent = meta("Object", META_KEYS)
    assert box.put("c/o", b"old", sent).status == 201
    more = meta("Object", META_KEYS + 1)
    with unchanged(box):
        assert_refused(box.put("c/new", b"", more), 24576)
        assert_refused(box.post("c/o", headers=more), 24576)
        assert_refused(box.post("c/o", headers={"X-Object-Meta-A": "v" * 256}, update=""), 24576)
        to_copy = {"Destination": "/c/copy", "X-Object-Meta-A": "v" * 256}
        assert_refused(box.request("COPY", "c/o", None, to_copy), 24576)
        assert_refused(box.post("c", headers=meta("Container", META_KEYS + 1)), 24576)
    assert_refused(box.post(headers=meta("Account", META_KEYS + 1)), 24576)
    assert not box.head().meta("X-Account-Meta-")


@pytest.mark.parametrize(
    ("character", "count"), [("%F0%9F%98%80", 8), ("%CE%B1", 16), ("%25", 32), ("%", 32)]
)
def test_metadata_is_measured_as_it_is_sent(box: Client, character: str, count: int) -> None:
    meta = {f"X-Object-Meta-K{number:02}": character * 256 for number in range(count)}
    answer = box.put("c/o", b"", meta)
    assert_refused(answer, 24576)
    assert "percent-encoded" in answer.body.decode()


@pytest.mark.parametrize("name", TYPE)
def test_a_type_or_disposition_that_replies_could_not_tell_is_refused(
    box: Client, name: str
) -> None:
    assert box.put("c/o", b"old", TYPE).status == 201
    longer = {name: TYPE[name] + "%25" * 500}
    with unchanged(box):
        assert_refused(box.put("c/new", b"", {**TYPE, **longer}), 8192)
        to_copy = {"Destination": "/c/copy", **longer}
        assert_refused(box.request("COPY", "c/o", None, to_copy), 8192)
        if name != "Content-Type":
            assert_refused(box.post("c/o", headers=longer, update=""), 8192)


def test_a_sharing_list_that_replies_could_not_tell_is_refused(box: Client) -> None:
    box.put("c/o")
    others = ",".join(people(222).split(",")[111:])
    with unchanged(box):
        for list_ in (f"read={people(222)}", f"read={people(111)};write={others}"):
            assert_refused(box.post("c/o", headers={"X-Object-Sharing": list_}), 8192)
            assert_refused(box.put("c/n", headers={"X-Object-Sharing": list_}), 8192)


@pytest.mark.parametrize("name", ["X-Container-Read", "X-Container-Write"])
def test_a_container_s_list_that_replies_could_not_tell_is_refused(
    scripted: SwiftClient, name: str
) -> None:
    assert_refused(scripted.post("c", headers={name: people(222)}), 8192)
    assert_refused(scripted.put("d", headers={name: people(222)}), 8192)
    assert scripted.head("c").get(name) is None
    assert scripted.head("d").status == 404


@pytest.mark.requirement("R72")
def test_groups_that_replies_could_not_tell_are_refused(api: Client) -> None:
    api.post(headers=dict(list(GROUPS.items())[:16]))
    api.post(headers=dict(list(GROUPS.items())[16:]), update="")
    before = api.head().meta("X-Account-")
    long = f"{people(29)},{'x' * 250},{'y' * 250},{'z' * 250}"
    assert_refused(api.post(headers={"X-Account-Group-G00": long}, update=""), 36864)
    alone = ",".join(f"{number}{'%' * 254}" for number in range(32))
    assert_refused(api.post(headers={"X-Account-Group-Long": alone}), 15360)
    assert api.head().meta("X-Account-") == before


@pytest.fixture
def inherited(box: Client, committed: None) -> Client:
    """A user whose account, container and object are from when there was no limit."""
    box.put("c/o", b"x")
    much = {f"K{number:02}": "%" * 800 for number in range(40)}
    owner = User.objects.get(account=box.account)
    Account.objects.update_or_create(user=owner, defaults={"meta": much})
    Container.objects.filter(account=owner.pk).update(meta=much)
    Version.objects.filter(container__account=owner.pk).update(meta=much)
    GroupMember.objects.bulk_create(
        GroupMember(owner_id=owner.pk, name=f"g{group:02}", member=f"{member}{'%' * 200}")
        for group in range(32)
        for member in range(32)
    )
    return box


@pytest.mark.parametrize("path", ["", "c", "c/o"])
def test_more_that_was_stored_before_is_cut_not_refused(inherited: Client, path: str) -> None:
    for answer in (inherited.head(path), inherited.get(path)):
        assert answer.status in {200, 204}
        assert 60_000 < size(answer) < MOST
        assert int(answer["X-Headers-Left-Out"]) > 0
    assert inherited.get("c/o").body == b"x"
    assert inherited.names("c") == ["o"]


@pytest.mark.parametrize("path", ["", "c", "c/o"])
def test_more_that_was_stored_before_can_shrink(inherited: Client, path: str) -> None:
    kind = {"": "Account", "c": "Container", "c/o": "Object"}[path]
    less = {f"X-{kind}-Meta-K{number:02}": "" for number in range(10)}
    answer = inherited.post(path, headers=less, update="")
    assert answer.status == 202
    more = {f"X-{kind}-Meta-More": "v"}
    assert_refused(inherited.post(path, headers=more, update=""), 24576)


@pytest.mark.parametrize(
    "target",
    [
        "/login?next=/" + "%" * 2000,
        "/login?next=/" + "%25" * 900,
        "/account/?" + "%" * 3000,
        "/admin/" + "%25" * 900,
        "/login?next=/" + "%" * 30_000,
        "/admin/" + "%25" * 10_000,
    ],
)
def test_redirects_of_the_pages_are_within_the_limit(api: Client, target: str) -> None:
    answer = api.raw("GET", target)
    assert answer.status == (414 if len(target) > 3072 else 302)
    assert size(answer) < 30_000
