"""Two long pages are made at once in a worker; short ones do not wait for them."""

import pytest

from pithos_api.services.listings.places import LONG, TooManyPagesError, place_for


def test_a_third_long_page_waits_for_a_place_and_a_short_one_does_not(settings):
    settings.PITHOS_HEAVY_WAIT = 0.05
    with place_for(LONG), place_for(LONG):
        with place_for(LONG - 1):
            pass
        with pytest.raises(TooManyPagesError), place_for(LONG):
            pass
    with place_for(LONG):
        pass
