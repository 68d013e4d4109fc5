"""What accounts hold, as the store itself has it."""

import pytest
from django.test import Client

from pithos_api.services.operations import usage_reports
from pithos_api.services.upkeep.usage import fold_pending_usage
from tests.api.client import Client as StoreClient


def test_an_account_s_containers_are_told(operating: Client, box: StoreClient) -> None:
    box.put("c/o", b"x" * 2048)
    shown = operating.get(f"/operators/accounts/{box.account}").content.decode()
    row = '<th scope="row">c</th><td class="number" data-label="Bytes">2 KiB</td>'
    assert row in shown


@pytest.mark.usefixtures("committed")
def test_who_holds_most_comes_first(box: StoreClient) -> None:
    box.put("c/o", b"x" * 2048)
    fold_pending_usage()
    found = usage_reports.largest_users(10_000)
    assert [each.bytes for each in found] == sorted((each.bytes for each in found), reverse=True)
    assert (box.account, 2048, 1) in [(each.account, each.bytes, each.objects) for each in found]
    [most] = usage_reports.largest_users(1)
    assert most.bytes == found[0].bytes  # somebody else may hold as much
