# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""What Thingle has to reach, held against the medians of a run. A goal whose samples are missing is left out."""

import statistics

RATIOS = [      # streams, other relay, most that Thingle may use of its CPU per GB
    (1, "splice-relay", 1.20), (16, "splice-relay", 1.10), (64, "splice-relay", 1.10),
    (16, "ejabberd", 1 / 5), (64, "ejabberd", 1 / 5),
    (1, "prosody", 1 / 40), (16, "prosody", 1 / 40), (64, "prosody", 1 / 40),
]
KIB_PER_STREAM = 4
DESCRIPTORS_PER_STREAM = 2
STREAMS_PER_SECOND = 2000
FIRST_BYTE_MILLIS = 2
ALLOCATION_PER_MB = 1       # less than one byte per MB: timers and the like, nothing that grows with the bytes


def goals(samples):
    def median(key, figure):
        values = [sample[figure] for sample in samples.get(key, []) if figure in sample]
        return statistics.median(values) if values else None

    rows = []

    def hold(goal, limit, measured, reached, text):
        if measured is not None:
            rows.append([goal, limit, text.format(measured), "yes" if reached(measured) else "NO"])

    for streams, other, limit in RATIOS:
        ours, theirs = (median(("cpu", name, streams), "cpu") for name in ("thingle", other))
        hold(f"CPU of {other}, {streams} streams", f"≤ {limit:.3g} ×", ours / theirs if ours and theirs else None,
             lambda value, limit=limit: value <= limit, "{:.3f} ×")
    for state in ("fresh", "worn", "collected"):
        for streams in (1000, 5000):
            for kind in ("parked", "active"):
                note = f"{kind} stream at {streams}"
                key = (f"memory {state}", "thingle", streams)
                hold(f"memory per {note}, {state}", f"≤ {KIB_PER_STREAM} KiB", median(key, kind),
                     lambda value: value <= KIB_PER_STREAM * 1024, "{:.0f} bytes")
                if state == "fresh":
                    hold(f"descriptors per {note}", f"≤ {DESCRIPTORS_PER_STREAM}", median(key, f"{kind} descriptors"),
                         lambda value: value <= DESCRIPTORS_PER_STREAM, "{:.3f}")
    hold("heap allocation while splicing", f"< {ALLOCATION_PER_MB} byte per MB", median(("allocation", "thingle", 16), "per MB"),
         lambda value: value < ALLOCATION_PER_MB, "{:.3f} bytes per MB")
    hold("set-up", f"≥ {STREAMS_PER_SECOND}/s", median(("set-up", "thingle", 0), "rate"),
         lambda value: value >= STREAMS_PER_SECOND, "{:.0f}/s")
    hold("first byte after activation, p99", f"≤ {FIRST_BYTE_MILLIS} ms", median(("first byte", "thingle", 0), "p99"),
         lambda value: value <= FIRST_BYTE_MILLIS, "{:.2f} ms")
    return rows
