"""Groups of an account (contract §1, §2.2)."""

from collections.abc import Callable, Iterator
from secrets import token_hex
from typing import Any
from urllib.parse import quote

import pytest

from accounts.tokens.tokens import create_token
from accounts.users.users import create_user
from tests.api.client import Client
from tests.api.visitors import share, visit

GROUP = "X-Account-Group-"
NewUser = Callable[[], Client]


def groups(client: Client) -> dict[str, str]:
    """The groups; HEAD and GET agree, and members are in order."""
    found = client.head().meta(GROUP)
    assert client.get().meta(GROUP) == found
    return found


@pytest.fixture
def two(api: Client) -> Client:
    """A user with the groups ``friends`` and ``staff``."""
    assert api.post(headers={f"{GROUP}Friends": "al,bo", f"{GROUP}Staff": "cy"}).status == 202
    assert groups(api) == {f"{GROUP}Friends": "al,bo", f"{GROUP}Staff": "cy"}
    return api


@pytest.mark.requirement("R22")
def test_naming_any_group_replaces_all(two: Client) -> None:
    assert two.post(headers={f"{GROUP}Kin": "dee"}).status == 202
    assert groups(two) == {f"{GROUP}Kin": "dee"}


@pytest.mark.requirement("R22")
def test_an_empty_group_alone_replaces_all_by_none(two: Client) -> None:
    assert two.post(headers={f"{GROUP}Kin": ""}).status == 202
    assert groups(two) == {}


@pytest.mark.requirement("R22")
@pytest.mark.parametrize("query", [{}, {"update": ""}])
def test_without_a_group_header_they_stay(two: Client, query: dict[str, Any]) -> None:
    before = groups(two)
    assert two.post(headers={"X-Account-Meta-Mood": "gay"}, **query).status == 202
    assert groups(two) == before
    assert two.head()["X-Account-Meta-Mood"] == "gay"


@pytest.mark.requirement("R22")
def test_update_merges_and_an_empty_value_deletes(two: Client) -> None:
    changes = {f"{GROUP}Friends": "", f"{GROUP}Staff": "ed,cy", f"{GROUP}Kin": "dee"}
    assert two.post(headers=changes, update="").status == 202
    assert groups(two) == {f"{GROUP}Staff": "cy,ed", f"{GROUP}Kin": "dee"}


@pytest.mark.requirement("R22")
def test_groups_and_metadata_change_together_or_not(two: Client) -> None:
    before = groups(two)
    headers = {"X-Account-Meta-Mood": "gay", f"{GROUP}New": "al", f"{GROUP}Bad-Name": "bo"}
    assert two.post(headers=headers).status == 400
    assert groups(two) == before
    assert two.head().get("X-Account-Meta-Mood") is None


@pytest.mark.requirement("R23")
def test_blanks_empties_and_repetitions_of_members_are_dropped(api: Client) -> None:
    assert api.post(headers={f"{GROUP}Kin": " bo , al,,bo, b o,AL,"}).status == 202
    assert groups(api) == {f"{GROUP}Kin": "al,bo"}


@pytest.mark.requirement("R23")
@pytest.mark.parametrize("name", ["kin", "KIN", "kIN"])
def test_the_case_of_a_name_does_not_matter(two: Client, name: str) -> None:
    two.post(headers={f"{GROUP}{name}": "al"})
    two.post(headers={f"{GROUP}Kin": "bo"}, update="")
    assert groups(two) == {f"{GROUP}Kin": "bo"}


@pytest.mark.requirement("R23")
def test_names_and_members_may_be_unicode(api: Client) -> None:
    header = GROUP + quote("φΊΛοι")
    assert api.post(headers={header: quote("Άλφα,βήτα")}).status == 202
    assert groups(api) == {GROUP + quote("φΊΛοι"): quote("Άλφα,βήτα", safe=",")}


@pytest.mark.requirement("R23")
def test_names_that_differ_beyond_ascii_are_two_groups(api: Client) -> None:
    api.post(headers={GROUP + quote("éTÉ"): "al", GROUP + quote("ÉTÉ"): "bo"})
    api.post(headers={GROUP + quote("étÉ"): "cy"}, update="")
    assert groups(api) == {GROUP + quote("étÉ"): "cy", GROUP + quote("ÉtÉ"): "bo"}


@pytest.fixture
def elise(api: Client, committed: None) -> Iterator[Client]:
    """A user whose account has capitals of both kinds in its name."""
    user = create_user(f"Élise-ÉMILE-{token_hex(4)}")
    client = Client(api.address, user.account, create_token(user))
    yield client
    client.connection.close()


@pytest.mark.requirement("R23", "R122")
def test_an_account_is_found_by_its_letters_beyond_ascii(box: Client, elise: Client) -> None:
    box.put("c/o", b"data")
    assert elise.account.startswith("Élise-Émile-")
    assert elise.head().status == 204
    loud = elise.account.replace("lise", "LISE")
    for member, status in ((elise.account.lower(), 403), (loud, 200)):
        share(box, "c/o", f"read={quote(member)}")
        assert visit(elise, box).get("c/o").status == status


@pytest.mark.requirement("R23", "R122")
def test_a_group_is_meant_by_its_letters_beyond_ascii(box: Client, elise: Client) -> None:
    box.put("c/o", b"data")
    box.post(headers={GROUP + quote("ÉTÉ"): quote(elise.account)})
    for name, status in (("été", 403), ("ÉTÉ", 200), ("ÉtÉ", 200)):
        share(box, "c/o", f"read={box.account}:{quote(name)}")
        assert visit(elise, box).get("c/o").status == status


@pytest.mark.requirement("R23")
@pytest.mark.parametrize(
    "headers",
    [
        {f"{GROUP}a-b": "al"},
        {f"{GROUP}a_b": "al"},
        {f"{GROUP}a%2Db": "al"},
        {f"{GROUP}a%5Fb": "al"},
        {f"{GROUP}{'n' * 257}": "al"},
        {f"{GROUP}Kin": "m" * 257},
        {f"{GROUP}Kin": ",".join(f"m{n}" for n in range(33))},
        {f"{GROUP}Kin": "%FF"},
        {f"{GROUP}Kin": "%00"},
        {f"{GROUP}{n}": "al" for n in range(33)},
    ],
)
def test_names_and_members_past_the_rules_change_nothing(
    two: Client, headers: dict[str, str]
) -> None:
    before = groups(two)
    assert two.post(headers=headers).status == 400
    assert groups(two) == before


@pytest.mark.requirement("R23")
def test_as_many_as_allowed_are_kept(api: Client) -> None:
    members = ",".join(f"m{n:02}" for n in range(32))
    assert api.post(headers={f"{GROUP}G{n}": members for n in range(32)}).status == 202
    assert groups(api) == {f"{GROUP}G{n}": members for n in range(32)}
    assert api.post(headers={f"{GROUP}More": "al"}, update="").status == 400
    assert api.post(headers={f"{GROUP}G0": "", f"{GROUP}More": "al"}, update="").status == 202


@pytest.mark.requirement("R127")
def test_who_joins_or_leaves_a_group_gains_and_loses_at_once(
    box: Client, new_user: NewUser
) -> None:
    member = new_user()
    seen = visit(member, box)
    box.put("c/o", b"data")
    share(box, "c/o", f"read={box.account}:kin")
    for members, status in ((member.account, 200), ("nobody", 403), (member.account, 200)):
        assert box.post(headers={f"{GROUP}Kin": members}).status == 202
        assert [seen.get(path).status for path in ("c/o", "c", "")] == [status] * 3
    assert box.post(headers={f"{GROUP}Kin": ""}, update="").status == 202
    assert seen.get("c/o").status == 403


@pytest.mark.requirement("R25")
@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_others_see_an_account_where_something_is_shared(
    box: Client, new_user: NewUser, method: str
) -> None:
    visitor = visit(new_user(), box)
    box.post(headers={f"{GROUP}Kin": "al", "X-Account-Meta-Mood": "gay"})
    box.put("c/o", b"data")
    assert visitor.request(method).status == 403
    share(box, "c/o", "read=*")
    answer = visitor.request(method)
    share(box, "c/o", "")
    assert answer.status == (204 if method == "HEAD" else 200)
    assert answer.meta("X-Account-") == {}
    assert answer["Last-Modified"]
    assert visitor.request(method).status == 403


@pytest.mark.requirement("R25")
@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_the_past_is_the_owners_alone(box: Client, new_user: NewUser, method: str) -> None:
    member = new_user()
    box.put("c/o", b"data", {"X-Object-Sharing": f"read={member.account}"})
    visitor = visit(member, box)
    for path in ("", "c"):
        assert visitor.request(method, path, until="9999999999").status == 403
        assert visitor.request(method, path, until="1.5").status == 403
        assert visitor.request(method, path, until="junk").status == 403
        assert visitor.request(method, path, until="").status in {200, 204}


@pytest.mark.requirement("R25")
def test_others_see_only_containers_with_something_for_them(box: Client, new_user: NewUser) -> None:
    member, other = new_user(), new_user()
    for name, whom in (("d", member), ("e", other), ("f", member)):
        box.put(name, headers={"X-Container-Meta-Mood": "gay"})
        box.put(f"{name}/o", b"data", {"X-Object-Sharing": f"read={whom.account}"})
    box.put("c/o", b"data", {"X-Object-Public": "true"})
    visitor = visit(member, box)
    assert visitor.get().lines == ["d", "f"]
    assert visitor.get(limit=1).lines == ["d"]
    assert visitor.get(marker="d").lines == ["f"]
    entries = visitor.get(format="json").json
    assert [sorted(entry) for entry in entries] == [["last_modified", "name"]] * 2
    fields = [[field.tag for field in each] for each in visitor.get(format="xml").xml]
    assert fields == [["name", "last_modified"]] * 2


@pytest.mark.requirement("R19")
def test_shared_keeps_containers_with_a_grant_inside(box: Client) -> None:
    for name in ("d", "e"):
        box.put(name)
        box.put(f"{name}/o", b"data")
    assert box.get(shared="").status == 204
    share(box, "d/o", "read=somebody")
    assert box.get(shared="").lines == ["d"]
    assert [each["name"] for each in box.get(shared="", format="json").json] == ["d"]
    box.put("c/o", b"", {"X-Object-Public": "true"})
    assert box.get(shared="").lines == ["d"]
    share(box, "e/o", "write=somebody")
    share(box, "d/o", "")
    assert box.get(shared="").lines == ["e"]


@pytest.mark.requirement("R24")
@pytest.mark.parametrize("query", [{}, {"update": ""}])
def test_policies_do_not_count_as_groups(two: Client, query: dict[str, Any]) -> None:
    before = groups(two)
    headers = {"X-Account-Policy-Quota": "7", "X-Account-Policy-Versioning": "none"}
    assert two.post(headers=headers, **query).status == 202
    assert groups(two) == before
    assert two.head()["X-Account-Policy-Quota"] == "0"


@pytest.mark.requirement("R26")
def test_not_even_a_writer_changes_the_account(box: Client, new_user: NewUser) -> None:
    member = new_user()
    box.put("c/o", b"data", {"X-Object-Sharing": f"write={member.account}"})
    headers = {f"{GROUP}Kin": member.account, "X-Account-Meta-Mood": "gay"}
    assert visit(member, box).post(headers=headers).status == 403
    assert visit(member, box).post(headers=headers, update="").status == 403
    assert groups(box) == {}
    assert box.head().meta("X-Account-Meta-") == {}
