"""Every client of docs/clients.md has its tests, and every block is run by them."""

from pathlib import Path

from tests.clients.pages import PAGE, blocks, sections

TESTS = {
    "swift": "test_swift.py",
    "rclone": "test_rclone.py",
    "Apache Libcloud": "test_libcloud.py",
    "OpenStack SDK": "test_openstacksdk.py",
    "curl": "test_curl.py",
}


def test_every_client_has_a_file_of_tests():
    assert sections() == list(TESTS)
    assert all(Path(__file__).with_name(file).exists() for file in TESTS.values())


def test_a_section_has_a_configuration_and_at_most_one_example():
    found = [blocks(section) for section in sections()]
    assert {len(each) for each in found} <= {1, 2}
    assert sum(map(len, found)) == PAGE.read_text().count("```") / 2
