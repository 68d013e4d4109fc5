import pytest

from accounts.users.users import create_user
from pithos_api.models import Container
from tests.pithos_api.models.plans import Operation, Recorded, caller_of, plan, use_plans

pytestmark = pytest.mark.django_db

PUT = Operation("PUT", "/c/00007", "", "201", 2, frozenset())
DELETE = Operation("DELETE", "/c/00007", "", "204", 1, frozenset())


@pytest.mark.parametrize("operation", [PUT, DELETE], ids=str)
def test_a_name_is_found_by_its_own_index_in_a_store_that_was_never_analyzed(
    recorded: Recorded, operation: Operation
) -> None:
    user = create_user("owner")
    Container.objects.create(account=user, name="c")
    call = caller_of(user)
    call(PUT)
    use_plans("generic")
    recorded.clear()
    assert call(operation) == operation.status
    plans = "\n\n".join(plan(*run) for run in recorded)
    assert "version_history" in plans
    assert "version_times" not in plans, plans
