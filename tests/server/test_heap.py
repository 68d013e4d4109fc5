"""What the processes of a server share."""

import gc

from server.workers import heap


def test_the_collector_does_not_look_at_what_was_loaded_before_a_fork():
    loaded: list[object] = []
    heap.share()
    later: list[object] = []
    seen = {id(each) for each in gc.get_objects()}
    assert id(later) in seen
    assert id(loaded) not in seen
