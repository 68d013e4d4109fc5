"""What the benchmark uploads, counts and reports."""

import os
import subprocess
import sys
import time
from dataclasses import replace

from bench import content, cpu, report
from bench.measure import Row, percentile
from bench.workloads import chosen

ROW = Row("pithos", "head", 8, 100, "/s", 50.0, 1.0, 2.0, 0.25, 0.01, 200.0, 0.0)


def test_no_two_contents_share_a_block_and_each_is_what_its_parts_are():
    first, second = (content.whole(serial, 9 * content.MIB + 50) for serial in (1, 2))
    assert len(first) == 9 * content.MIB + 50
    starts = range(0, len(first), content.MIB)
    blocks = {whole[start : start + content.MIB] for whole in (first, second) for start in starts}
    assert len(blocks) == 20
    start, stop = 3 * content.MIB + 7, 7 * content.MIB + 7
    assert content.part(1, start, stop) == first[start:stop]


def test_processor_time_counts_children_that_ended():
    before = cpu.seconds([os.getpid()])
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    subprocess.run([sys.executable, "-c", burn], check=True)
    assert cpu.seconds([os.getpid()]) - before > 0.25


def test_a_tree_holds_the_living_children_and_no_strangers():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        time.sleep(0.05)
        found = cpu.tree([os.getpid()])
        child.communicate(b"\n")
    assert {os.getpid(), child.pid} <= found
    assert os.getppid() not in found


def test_percentiles():
    assert percentile([float(n) for n in range(1, 101)], 0.5) == 51
    assert percentile([1.0, 2.0], 0.99) == 2
    assert percentile([], 0.5) == 0


def test_rounds_that_others_disturbed_do_not_count_where_a_quiet_one_exists():
    noisy = replace(ROW, rate=10.0, others=0.5)
    [merged] = report.merged([noisy, ROW, replace(ROW, rate=70.0)])
    assert merged.rate == 60
    [merged] = report.merged([noisy])
    assert merged.rate == 10
    assert "†" in report.table([noisy])


def test_errors_of_any_round_are_reported():
    rows = [ROW, replace(ROW, errors={"status 503": 2}, others=0.5)]
    assert "status 503" in report.table(rows)


def test_ratios_say_how_many_times_faster_and_cheaper_we_are():
    theirs = replace(ROW, target="swift", rate=10.0, cpu_ms=3.0)
    assert "| head | 8 | 50 /s | 10 | 5 | 0.25 | 3 | 12 |" in report.ratios(
        [ROW, theirs], "pithos", "swift"
    )


def test_workloads_are_chosen_by_name_or_beginning():
    assert [item.name for item in chosen("head,list-1k-*", [1, 10])] == [
        "head",
        "list-1k-first",
        "list-1k-delimiter",
        "list-1k-prefix",
        "list-1k-last",
        "list-1k-meta",
        "list-1k-past",
    ]
    assert chosen("nothing", [1]) == []
