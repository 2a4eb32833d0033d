# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""What brokered files have to reach, held against the medians of a run. What was not measured is left out."""

import statistics

CPU_RATIO = 1.05            # of a plain proxied stream's CPU per GB
KIB_PER_SESSION = 64
DELAY_MILLIS = 20           # that a stanza may need longer through the gateway, p99
IN_BAND_RATIO = 1.10        # of the time that the same server gives two clients without a gateway


def median(samples, measurement, name, figure):
    values = [sample[figure] for sample in samples.get((measurement, name), []) if figure in sample]
    return statistics.median(values) if values else None


def row(goal, limit, measured, reached, text):
    """None if there is nothing to hold against it."""
    return [] if measured is None else [[goal, limit, text.format(measured), "yes" if reached(measured) else "NO"]]


def ratio(ours, theirs):
    return ours / theirs if ours and theirs else None


def of_files(samples, streams, states, sessions):
    rows = []
    for count in streams:
        ours, theirs = (median(samples, f"files cpu {count}", name, "cpu") for name in ("thingle", "proxied"))
        rows += row(f"CPU per GB of a brokered file, {count} at once", f"≤ {CPU_RATIO} × a proxied stream",
                    ratio(ours, theirs), lambda value: value <= CPU_RATIO, "{:.3f} ×")
    carried = [sample["carried"] for state in states for sample in samples.get((f"files {state}", "thingle"), [])]
    rows += row("file sessions at once that carry bytes", f"{sessions:,}", min(carried, default=None),
                lambda value: value == sessions, "{:,.0f}")
    for state in states:
        rows += row(f"memory per file session, {state}", f"≤ {KIB_PER_SESSION} KiB",
                    median(samples, f"files {state}", "thingle", "bytes"),
                    lambda value: value <= KIB_PER_SESSION * 1024, "{:,.0f} bytes")
    return rows


def of_in_band(samples, servers, aways, paths):
    rows = []
    for server in servers:
        for away in aways:
            measurement = f"in-band {server.name} {away}"
            direct = median(samples, measurement, "direct", "seconds")
            for path in paths:
                rows += row(f"time of {path} on {server.title}, clients {away * 1000:.0f} ms away",
                            f"≤ {IN_BAND_RATIO} × direct", ratio(median(samples, measurement, path, "seconds"), direct),
                            lambda value: value <= IN_BAND_RATIO, "{:.3f} ×")
    return rows


def of_delay(samples, states):
    rows = []
    for state in states:
        rows += row(f"delay that the gateway adds to a stanza, p99, {state}", f"< {DELAY_MILLIS} ms",
                    median(samples, f"delay {state}", "through", "added p99"),
                    lambda value: value < DELAY_MILLIS, "{:.2f} ms")
    return rows
