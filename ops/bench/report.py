# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Turns samples into aligned Markdown tables, and puts them where the documentation quotes them."""

import datetime
import statistics
import sys
from pathlib import Path

import machine
from goals import goals

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
DOCUMENT = HERE.parent / "docs" / "performance.md"


def table(head, rows):
    """A Markdown table that is aligned as plain text too."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def line(cells):
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |"

    return "\n".join([line(head), "|" + "|".join("-" * (width + 2) for width in widths) + "|", *map(line, rows)])


def spread(samples, figure, digits=3, scale=1.0):
    """Median (min–max) of one figure."""
    values = [sample[figure] * scale for sample in samples if figure in sample]
    if not values:
        return "–"
    median, low, high = (f"{value:,.{digits}f}" for value in (statistics.median(values), min(values), max(values)))
    return median if len(values) == 1 else f"{median} ({low}–{high})"


def _rows(bench, measurement, counts):
    return [(peer, streams, bench.samples[measurement, peer.name, streams])
            for streams in counts for peer in bench.peers if (measurement, peer.name, streams) in bench.samples]


def _cpu(bench):
    rows = [[str(streams), peer.title, spread(s, "cpu"), spread(s, "softirq"), spread(s, "throughput", 2),
             f"{max(sample['others'] for sample in s):.0%}"] for peer, streams, s in _rows(bench, "cpu", (1, 16, 64))]
    return rows and ("CPU and throughput", ["streams", "relay", "CPU s/GB", "ksoftirqd s/GB", "GB/s", "others"], rows)


def _memory(bench):
    rows = []
    for streams in (200, 1000, 5000):
        for state in ("fresh", "worn", "collected"):
            for peer, _, s in _rows(bench, f"memory {state}", (streams,)):
                heap = [spread(s, f"{kind} heap", 2, 1 / 1024) if state == "collected" else "–" for kind in ("parked", "active")]
                rows.append([str(streams), state, peer.title, spread(s, "parked", 2, 1 / 1024), spread(s, "active", 2, 1 / 1024),
                             " / ".join(heap), spread(s, "parked descriptors", 2), spread(s, "active descriptors", 2)])
    head = ["streams", "server", "relay", "KiB per parked", "KiB per active idle", "of it live heap", "fds per parked",
            "fds per active idle"]
    return rows and ("Resident memory and descriptors per stream", head, rows)


def _set_up(bench):
    rows = [[peer.title, spread(s, "rate", 0)] for peer, _, s in _rows(bench, "set-up", (0,))]
    return rows and ("Set-up: two SOCKS5 handshakes, activation, close", ["relay", "streams/s"], rows)


def _first_byte(bench):
    figures = ("p50", "p99", "max", "activation p50", "activation p99")
    rows = [[peer.title, *(spread(s, figure, 2) for figure in figures), spread(s, "busy", 2)]
            for peer, _, s in _rows(bench, "first byte", (0,))]
    head = ["relay", "first byte p50", "p99", "max", "activation p50", "p99", "GB/s meanwhile"]
    return rows and ("First byte after activation, 16 streams busy (ms)", head, rows)


def _allocation(bench):
    rows = [[peer.title, spread(s, "per MB", 3), spread(s, "idle per second", 0), spread(s, "gigabytes", 1),
             spread(s, "busy bytes", 0)] for peer, _, s in _rows(bench, "allocation", (16,))]
    head = ["relay", "bytes of heap per MB", "bytes/s when idle", "GB relayed", "bytes of heap in all"]
    return rows and ("Heap allocation while 16 streams are spliced", head, rows)


def render(bench):
    command = "ops/bench/bytestreams " + " ".join(sys.argv[1:])
    versions = "; ".join(peer.version() for peer in bench.peers)
    parts = [f"Measured {datetime.date.today().isoformat()} by `{command.strip()}` on a {machine.description()}. {versions}. "
             f"Median (min–max) of {bench.options.repeat}; GB = 10⁹ bytes, KiB = 1,024 bytes."]
    for section in (_cpu(bench), _memory(bench), _set_up(bench), _first_byte(bench), _allocation(bench)):
        if section:
            title, head, rows = section
            parts.append(f"### {title}\n\n{table(head, rows)}")
    if verdicts := goals(bench.samples):
        parts.append("### What it must reach\n\n" + table(["goal", "limit", "measured", "reached"], verdicts))
    return "\n\n".join(parts) + "\n"


def write(text, name, title):
    """Writes the results file, and the same text between the markers of the document."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    results = RESULTS / f"{name}.md"
    RESULTS.mkdir(exist_ok=True)
    results.write_text(f"# {title}\n\n" + text.replace("\n### ", "\n## "))
    document = DOCUMENT.read_text()
    before, rest = document.split(begin)
    _, after = rest.split(end)
    DOCUMENT.write_text(f"{before}{begin}\n\n{text}\n{end}{after}")
    return results, DOCUMENT
