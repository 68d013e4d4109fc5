"""Every client of the pages has its tests, and every block is run by them."""

from pathlib import Path

from tests.clients.pages import IMAGES, PAGE, blocks, sections
from tests.clients.test_images import CLIENTS

TESTS = {
    "swift": "test_swift.py",
    "rclone": "test_rclone.py",
    "Apache Libcloud": "test_libcloud.py",
    "OpenStack SDK": "test_openstacksdk.py",
    "curl": "test_curl.py",
    "Container registry": "test_registry.py",
}


def test_every_client_has_a_file_of_tests():
    assert sections() == list(TESTS)
    assert all(Path(__file__).with_name(file).exists() for file in TESTS.values())


def test_a_section_has_a_configuration_and_at_most_four_examples():
    found = [blocks(section) for section in sections()]
    assert {len(each) for each in found} <= {1, 2, 3, 4, 5}
    assert sum(map(len, found)) == PAGE.read_text().count("```") / 2


def test_every_client_of_images_has_an_example_that_is_run():
    assert sections(IMAGES) == list(CLIENTS)
    found = [blocks(section, IMAGES) for section in CLIENTS]
    assert {len(each) for each in found} == {2}
    assert sum(map(len, found)) == IMAGES.read_text().count("```") / 2
