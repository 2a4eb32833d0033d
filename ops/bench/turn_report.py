# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""The tables of the TURN bench."""

import datetime
import statistics
import sys

import machine
from report import spread, table
from turn_cells import BURST, BURST_RATE, BURSTS, COUNTED, MANY, SPARSE, TICK_MICROS
from turn_goals import turn_goals


def _rows(bench, measurement, cells):
    return [(server, cell, bench.samples[measurement, server.name, cell]) for cell in cells
            for server in bench.servers if (measurement, server.name, cell) in bench.samples]


def _share(samples, figure):
    return f"{statistics.median(sample[figure] for sample in samples):.0%}"


def _total(samples, figure):
    return f"{sum(sample[figure] for sample in samples):,.0f}"


CELL_HEAD = ["bytes", "allocations", "direction", "server"]


def _traffic(bench, measurement, cells, title):
    rows = [[*cell.columns, server.title, f"{min(server.most_rate, bench.options.rate):,.0f}", spread(s, "cpu", 2),
             spread(s, "softirq", 2), _total(s, "lost"), _share(s, "load"), f"{max(sample['others'] for sample in s):.0%}"]
            for server, cell, s in _rows(bench, measurement, cells)]
    return rows and (title, [*CELL_HEAD, "packets/s", "CPU us/packet", "ksoftirqd us", "lost", "load busy", "others"], rows)


def _times(bench, measurement, cells, title):
    rows = [[*cell.columns, server.title, *(spread(s, figure, 0) for figure in ("p50", "p99", "p99.9", "longest"))]
            for server, cell, s in _rows(bench, measurement, cells)]
    return rows and (title, [*CELL_HEAD, "p50", "p99", "p99.9", "longest"], rows)


def _means(bench):
    """Geometric means over whichever cells every server was measured in."""
    rows = []
    for measurement, cells, title in (("cpu", SPARSE, "paced"), ("even", SPARSE, "evenly spaced")):
        for name, among in ((f"{title}, all cells", cells), (f"{title}, 50 and 500 allocations", MANY)):
            for server in bench.servers:
                medians = [statistics.median(sample["cpu"] for sample in bench.samples[measurement, server.name, cell])
                           for cell in among if (measurement, server.name, cell) in bench.samples]
                if medians and server.most_rate >= bench.options.rate:
                    rows.append([name, server.title, str(len(medians)), f"{statistics.geometric_mean(medians):.2f}"])
    return rows and ("CPU us per relayed packet, geometric means", ["cells", "server", "of them measured", "CPU us/packet"], rows)


def _highest(bench):
    rows = [[*cell.columns, server.title, spread(s, "rate", 0),
             "the load" if any(sample["limited"] for sample in s) else "the server"]
            for server, cell, s in _rows(bench, "highest", SPARSE)]
    return rows and ("Highest loss-free rate", [*CELL_HEAD, "packets/s", "limited by"], rows)


def _bursts(bench):
    rows = [[*cell.columns, server.title, spread(s, "cpu", 2), _total(s, "lost"), spread(s, "p99", 0),
             spread(s, "closed rate", 0), spread(s, "closed cpu", 2)] for server, cell, s in _rows(bench, "bursts", BURSTS)]
    return rows and (f"Bursty flow: {BURST} packets in one send, {BURST_RATE:,} packets/s; then 512 under way",
                     [*CELL_HEAD, "CPU us/packet", "lost", "p99 us", "packets/s, closed loop", "CPU us/packet"], rows)


def _allocations(bench):
    rows = [[server.title, spread(s, "rate", 0), spread(s, "cpu", 1), spread(s, "softirq", 1),
             f"{max(sample['others'] for sample in s):.0%}"] for server, _, s in _rows(bench, "allocations", [None])]
    head = ["server", "per second", "CPU us each", "ksoftirqd us", "others"]
    return rows and ("Allocations: challenge and Allocate, 64 at a time", head, rows)


def _memory(bench):
    rows = [[state, server.title, *(spread(s, figure, 2, 1 / 1024) for figure in ("bare", "bound", "heap"))]
            for state in ("fresh", "collected") for server, _, s in _rows(bench, f"memory {state}", [None])]
    head = ["state", "server", "without a channel", "with one", "of it live heap"]
    return rows and ("Resident memory per idle allocation (KiB)", head, rows)


def _counts(bench):
    kinds = (("calls", "system calls"), ("garbage", "bytes of garbage"))
    rows = [[*cell.columns, server.title, what, spread(s, "per packet", 3)]
            for measurement, what in kinds for server, cell, s in _rows(bench, measurement, COUNTED)]
    return rows and ("Per relayed packet", [*CELL_HEAD, "what", "per packet"], rows)


def _tcp(bench):
    titles = {"bytestreams": "Thingle, bytestreams"} | {server.name: server.title for server in bench.servers}
    rows = [[titles[name], spread(s, "cpu"), spread(s, "softirq"), spread(s, "throughput", 2),
             f"{max(each['others'] for each in s):.0%}"]
            for (measurement, name, _), s in bench.samples.items() if measurement == "tcp"]
    head = ["server", "CPU s/GB", "ksoftirqd s/GB", "GB/s", "others"]
    return rows and ("TCP: 16 busy streams, relayed by RFC 6062 or as files", head, rows)


def render(bench):
    command = "ops/bench/turn " + " ".join(sys.argv[1:])
    versions = "; ".join(dict.fromkeys(server.version() for server in bench.servers))
    parts = [f"Measured {datetime.date.today().isoformat()} by `{command.strip()}` on a {machine.description()}. {versions}. "
             f"Median (min–max) of {bench.options.repeat}; microseconds unless a column says otherwise; KiB = 1,024 bytes."]
    sections = (
        _means(bench), _traffic(bench, "cpu", SPARSE, f"CPU per relayed packet, paced in groups {TICK_MICROS} us apart"),
        _times(bench, "cpu", SPARSE, "Time on the way at the same rate (us)"),
        _traffic(bench, "even", SPARSE, "CPU per relayed packet, evenly spaced"),
        _times(bench, "even", SPARSE, "Time on the way, evenly spaced (us)"),
        _bursts(bench), _highest(bench), _allocations(bench), _memory(bench), _counts(bench), _tcp(bench))
    for section in sections:
        if section:
            title, head, rows = section
            parts.append(f"### {title}\n\n{table(head, rows)}")
    if verdicts := turn_goals(bench.samples):
        parts.append("### What it must reach\n\n" + table(["goal", "limit", "measured", "reached"], verdicts))
    return "\n\n".join(parts) + "\n"
