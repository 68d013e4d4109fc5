"""The API does what the contract says, step by random step.

PITHOS_MODEL_STEPS: about how many steps; a release is worth a million.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from pytest_django import DjangoDbBlocker

from accounts.models import SigningKey
from pithos_api.services.storage import block_store
from tests.model.hashes import BLOCK_SIZE
from tests.model.times import TimedSteps

STEPS = int(os.environ.get("PITHOS_MODEL_STEPS", "2000"))
STEPS_OF_AN_EXAMPLE = 60


@pytest.fixture
def tiny_blocks(tmp_path: Path) -> Iterator[None]:
    """A store whose small objects span blocks."""
    ours = {"PITHOS_BLOCK_SIZE": BLOCK_SIZE, "PITHOS_BLOCK_STORE": f"file://{tmp_path}"}
    block_store.current.cache_clear()
    with override_settings(**ours):
        yield
    block_store.current.cache_clear()


@pytest.fixture(scope="module")
def signing_key_stays(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Put back what servers that run already sign with: the test empties all tables in the end.

    The next server would make another key, and those before it would know no new session.
    """
    with django_db_blocker.unblock():
        kept = list(SigningKey.objects.all())
    yield
    with django_db_blocker.unblock():
        SigningKey.objects.bulk_create(kept)


@pytest.mark.usefixtures("signing_key_stays")
@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(0 if STEPS > 25_000 else 900)
@pytest.mark.requirement("R140", "T3", "T7")
def test_the_store_and_its_model_agree(tiny_blocks: None) -> None:
    TimedSteps.seen.clear()
    run_state_machine_as_test(
        TimedSteps,
        settings=settings(
            max_examples=max(1, STEPS // STEPS_OF_AN_EXAMPLE),
            stateful_step_count=STEPS_OF_AN_EXAMPLE,
            deadline=None,
            phases=[Phase.generate],  # making a failure small may take longer than a test may
            suppress_health_check=list(HealthCheck),
            database=None,
            print_blob=True,
        ),
    )
    print(f"{TimedSteps.seen.total()} steps: {dict(sorted(TimedSteps.seen.items()))}")  # noqa: T201 - for -s
    assert TimedSteps.seen.total() > STEPS / 2
    succeeded = {step for step, status in TimedSteps.seen if status < 300}
    assert len(succeeded) >= 24  # nearly every kind of step did something, those of chance aside
