# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""What Thingle's TURN server has to reach, held against the medians of a run. What was not measured is left out."""

import statistics

from turn_cells import BURSTS, COUNTED, MANY, SPARSE

CPU = [     # cells, their name, Thingle as, beside, most that it may use of the other's CPU per packet
    (SPARSE, "nine sparse cells", "thingle", "coturn", 0.75), (SPARSE, "nine sparse cells", "thingle", "turn-relay", 1.05),
    (MANY, "50 and 500 allocations", "thingle-coalescing", "coturn", 0.60),
    (SPARSE, "nine sparse cells", "thingle-portable", "coturn", 1.10),
]
BURST_RATIO = 0.30
RATE_RATIO = 1.3
ALLOCATION_MICROS, ALLOCATIONS_PER_SECOND, KIB_PER_ALLOCATION = 40, 20_000, 4
TCP_RATIO = 1.15
CALLS_PER_PACKET, GARBAGE_PER_PACKET = 1.5, 1


class Goals:
    """Rows of goal, limit, measured, reached."""

    def __init__(self, samples):
        self.samples, self.rows = samples, []

    def median(self, measurement, name, cell, figure):
        values = [sample[figure] for sample in self.samples.get((measurement, name, cell), []) if figure in sample]
        return statistics.median(values) if values else None

    def ratios(self, measurement, cells, name, other, figure):
        """One for each cell; none at all unless every cell was measured."""
        pairs = [[self.median(measurement, each, cell, figure) for each in (name, other)] for cell in cells]
        return [ours / theirs for ours, theirs in pairs] if all(ours and theirs for ours, theirs in pairs) else []

    def hold(self, goal, limit, measured, reached, text):
        if measured is not None:
            self.rows.append([goal, limit, text.format(measured), "yes" if reached(measured) else "NO"])

    def at_most(self, goal, limit, measured, unit, form="{:.3f}"):
        self.hold(goal, f"≤ {limit:g} {unit}", measured, lambda value: value <= limit, f"{form} {unit}")

    def at_least(self, goal, limit, measured, unit, form="{:,.0f}"):
        self.hold(goal, f"≥ {limit:,g} {unit}", measured, lambda value: value >= limit, f"{form} {unit}")


def mean(ratios):
    return statistics.geometric_mean(ratios) if ratios else None


def losses(goals):
    """Packets that Thingle lost in cells where coturn lost none."""
    both = [[sum(sample["lost"] for sample in goals.samples["cpu", name, cell]) for name in ("thingle", "coturn")]
            for cell in SPARSE if all(("cpu", name, cell) in goals.samples for name in ("thingle", "coturn"))]
    return sum(ours for ours, theirs in both if not theirs) if both else None


def damage(goals):
    """Corrupted or reordered packets of Thingle in any measurement."""
    kinds = [sample["corrupt"] + sample["reordered"] for (_, name, _), samples in goals.samples.items()
             if name.startswith("thingle") for sample in samples if "corrupt" in sample]
    return sum(kinds) if kinds else None


def turn_goals(samples):
    goals = Goals(samples)
    for cells, title, name, other, limit in CPU:
        what = {"thingle": "CPU", "thingle-coalescing": "CPU, coalescing", "thingle-portable": "CPU, portable"}[name]
        goals.at_most(f"{what}, {title}, of {other}'s", limit, mean(goals.ratios("cpu", cells, name, other, "cpu")), "×")
    bursty = goals.ratios("bursts", BURSTS, "thingle", "coturn", "cpu")
    goals.at_most("CPU, bursty flow, of coturn's", BURST_RATIO, mean(bursty), "×")
    for cell in MANY:
        for ratio in goals.ratios("highest", [cell], "thingle", "coturn", "rate"):
            goals.at_least(f"highest loss-free rate, {cell}, of coturn's", RATE_RATIO, ratio, "×", "{:.2f}")
    slower = goals.ratios("cpu", SPARSE, "thingle", "coturn", "p99")
    goals.at_most("p99 on the way, nine sparse cells, of coturn's", 1, mean(slower), "×")
    goals.at_most("p99 on the way, worst of them, of coturn's", 1, max(slower, default=None), "×")
    goals.at_most("lost where coturn lost none", 0, losses(goals), "packets", "{:,.0f}")
    goals.at_most("corrupted or reordered", 0, damage(goals), "packets", "{:,.0f}")
    goals.at_least("allocations", ALLOCATIONS_PER_SECOND, goals.median("allocations", "thingle", None, "rate"), "/s")
    goals.at_most("CPU per allocation", ALLOCATION_MICROS, goals.median("allocations", "thingle", None, "cpu"), "us", "{:.1f}")
    for state in ("fresh", "collected"):
        for kind in ("bare", "bound"):
            size = goals.median(f"memory {state}", "thingle", None, kind)
            goals.at_most(f"memory per allocation, {kind}, {state}", KIB_PER_ALLOCATION, size and size / 1024, "KiB", "{:.2f}")
    for cell in COUNTED:
        for what, measurement, limit, unit in (("system calls", "calls", CALLS_PER_PACKET, "per packet"),
                                               ("garbage", "garbage", GARBAGE_PER_PACKET, "bytes per packet")):
            goals.at_most(f"{what}, {cell}", limit, goals.median(measurement, "thingle", cell, "per packet"), unit)
    for ratio in goals.ratios("tcp", [None], "thingle", "bytestreams", "cpu"):
        goals.at_most("CPU of relayed TCP, of the bytestreams'", TCP_RATIO, ratio, "×")
    return goals.rows
