# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""The measurements. Each takes a peer and returns one sample: a dict of figures."""

import contextlib
import time

from load import after_others, before_others
from machine import Meter, descriptors, resident_bytes, wait_until_quiet, QUIET

GB, MB = 1e9, 1e6
TOUCH_BYTES = 16 * 1024
SETTLE_SECONDS = 1.0
ATTEMPTS = 3
FEW = 100
LONG = 1 << 50


def cpu(peer, streams, nbytes, seconds, say):
    """CPU seconds per GB with so many busy streams. Disturbed tries are repeated; the least disturbed one counts."""
    tries = []
    while len(tries) < ATTEMPTS and not (tries and tries[-1]["others"] < QUIET):
        wait_until_quiet(say)
        with peer.load() as load:
            load.open(streams)
            load.run(LONG, peer.warm_seconds)
            meter = Meter(peer.pid, [load.pid])
            received, taken = load.run(nbytes, seconds)
            server, softirq, others = meter.stop()
        tries.append({"cpu": server / (received / GB), "softirq": softirq / (received / GB),
                      "throughput": received / GB / taken, "others": others})
    return min(tries, key=lambda sample: sample["others"])


def warm_up(peer, streams=None):
    """Lets a server set up and end streams, so that what is measured next is not the price of first use."""
    with peer.load() as load:
        if peer.socks5:
            load.ask("churn", streams or peer.set_ups, peer.window)
        else:
            load.open(streams or peer.set_ups // 10)


def memory(peer, streams, state):
    """Resident bytes and descriptors that each parked and each active idle stream adds to a server that is `fresh` (it
    has seen a few streams), `worn` (thousands), or `collected` (worn, and its garbage is collected before each look)."""
    warm_up(peer, FEW if state == "fresh" else None)

    def look():
        if state == "collected":
            peer.collect_garbage()
        time.sleep(SETTLE_SECONDS)
        heap = peer.live_heap_bytes() if state == "collected" else 0
        return {"": resident_bytes(peer.pid), " descriptors": descriptors(peer.pid), " heap": heap}

    before = look()

    def growth(kind):
        return {kind + figure: (value - before[figure]) / streams for figure, value in look().items()}

    sample = {}
    with peer.load() as load:
        load.open(streams, activate=False)
        if peer.socks5:
            sample |= growth("parked")
            load.ask("activate")
        load.ask("touch", TOUCH_BYTES)
        sample |= growth("active")
    return sample


def set_up(peer, say):
    """Streams per second: two handshakes, activation and close each."""
    warm_up(peer)
    wait_until_quiet(say)
    with peer.load() as load:
        nanos, = load.ask("churn", peer.set_ups, peer.window)
    return {"rate": peer.set_ups / (int(nanos) / 1e9)}


def first_byte(peer, probes, say):
    """Milliseconds of an activation and from its result to the first byte, one new stream at a time, 16 others busy. The
    sender lets its byte go as soon as it has read the result; on a plain relay, as soon as both ends are connected."""
    warm_up(peer)
    wait_until_quiet(say)
    with peer.load(after_others) as busy, peer.load(before_others) as prober:
        busy.open(16)
        busy.tell("run", LONG, peer.warm_seconds + max(2, probes / 150))
        time.sleep(peer.warm_seconds)
        pairs = [tuple(int(each) / 1e6 for each in word.split(":")) for word in prober.ask("probe", probes)]
        received, nanos = map(int, busy.answer())
    activation, byte = sorted(pair[0] for pair in pairs), sorted(pair[1] for pair in pairs)
    sample = {"p50": quantile(byte, 0.50), "p99": quantile(byte, 0.99), "max": byte[-1], "busy": received / nanos}
    if peer.socks5:
        sample |= {"activation p50": quantile(activation, 0.50), "activation p99": quantile(activation, 0.99)}
    return sample


def quantile(ordered, share):
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def allocation(peer, seconds):
    """Heap bytes per MB relayed by 16 streams, and per second when nothing moves, nobody looking in between."""
    with peer.load() as load:
        load.open(16)
        load.run(LONG, peer.warm_seconds)
        quiet = -peer.allocated_bytes()
        time.sleep(seconds)
        quiet += peer.allocated_bytes()
        busy = -peer.allocated_bytes()
        received, taken = load.run(LONG, seconds)
        busy += peer.allocated_bytes()
    return {"per MB": busy / (received / MB), "idle per second": quiet / seconds,
            "gigabytes": received / GB, "busy bytes": busy, "seconds": taken}


@contextlib.contextmanager
def started(peer):
    peer.start()
    try:
        yield peer
    finally:
        peer.stop()
