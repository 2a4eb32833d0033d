# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""The measurements of the TURN bench. Each takes a server and returns one sample: a dict of figures."""

import subprocess
import time

from machine import Meter, QUIET, resident_bytes, tree, wait_until_quiet
from processes import Trouble
from turn_cells import BURST, BURST_RATE

ATTEMPTS = 3
SETTLE_SECONDS = 1.0
MANY = 5000
LOSS_SECONDS = 1.0
FIRST_STEP, BISECTIONS = 1.25, 3            # so the highest rate is known to 2.8 %
CHANCES = 3
LAGGING = 0.98                              # a load that sends less than this share of its rate is the limit itself
HOPELESS = 0.005                            # loss that no further chance would mend
COUNT_SECONDS = 2


def traffic(server, cell, rate, seconds, say, burst=0, tick=0):
    """CPU microseconds per relayed packet, time on the way and losses. Disturbed tries are repeated; the least disturbed
    one counts."""
    tries = []
    while len(tries) < ATTEMPTS and not (tries and tries[-1]["others"] < QUIET):
        wait_until_quiet(say)
        with server.load(receive_batches=bool(burst)) as load:
            load.open(cell.allocations)
            load.run(cell.nbytes, cell.direction, rate, server.warm_seconds, burst, tick=tick)
            meter = Meter(server.pid, [load.pid])
            seen = load.run(cell.nbytes, cell.direction, rate, seconds, burst, tick=tick)
            cpu, softirq, others = meter.stop()
            load.end_allocations()
        if not seen["received"]:
            raise Trouble(f"{server.name} relays nothing")
        micros = 1e6 / seen["received"]
        tries.append(seen | {"cpu": cpu * micros, "softirq": softirq * micros, "others": others})
    return min(tries, key=lambda sample: sample["others"])


def bursts(server, cell, seconds, say):
    """One flow whose sender hands the kernel many packets at a time; the receivers take what was coalesced."""
    paced = traffic(server, cell, min(BURST_RATE, server.most_rate), seconds, say, burst=BURST, tick=BURST / BURST_RATE * 1e6)
    with server.load(receive_batches=True) as load:
        load.open(cell.allocations)
        load.run(cell.nbytes, cell.direction, 0, server.warm_seconds, BURST, window=512)
        meter = Meter(server.pid, [load.pid])
        seen = load.run(cell.nbytes, cell.direction, 0, seconds, BURST, window=512)
        cpu, _, _ = meter.stop()
        load.end_allocations()
    return paced | {"closed rate": seen["received"] / seen["seconds"], "closed cpu": cpu / max(1, seen["received"]) * 1e6}


class Search:
    """Looks for the highest rate without a single loss. A machine that stumbles must not decide: a rate has three chances."""

    def __init__(self, load, cell, tick, say):
        self.load, self.cell, self.tick, self.say = load, cell, tick, say
        self.reached, self.limited = 0, False

    def carries(self, rate):
        """Whether nothing is lost at this rate; `limited` if the load itself could not send so fast."""
        for _ in range(CHANCES):
            wait_until_quiet(self.say, patience=10)
            seen = self.load.run(self.cell.nbytes, self.cell.direction, rate, LOSS_SECONDS, tick=self.tick)
            if seen["lost"] == 0:
                self.limited = seen["rate"] < LAGGING * rate
                self.reached = max(self.reached, seen["rate"])
                return True
            if seen["lost"] > seen["sent"] * HOPELESS:
                return False
        return False

    def run(self, rate):
        while not self.carries(rate):
            rate /= 2
            if rate < 1_000:
                return
        step = FIRST_STEP
        while not self.limited and self.carries(rate * step):
            rate *= step
        for _ in range(0 if self.limited else BISECTIONS):
            step **= 0.5
            if self.carries(rate * step):
                rate *= step


def highest(server, cell, tick, say):
    """The highest rate of an open loop without a single loss, and whether it was the load that could do no more."""
    with server.load() as load:
        load.open(cell.allocations)
        begin = min(60_000, server.most_rate / 2)
        load.run(cell.nbytes, cell.direction, begin, server.warm_seconds)
        search = Search(load, cell, tick, say)
        search.run(begin)
        load.end_allocations()
    return {"rate": search.reached, "limited": float(search.limited)}


def allocations(server, say):
    """Allocations per second, each challenged first and without a channel, and the server's CPU for each."""
    rounds = server.set_ups // MANY
    count = min(MANY, server.most_allocations)
    with server.load() as load:
        for _ in range(rounds):
            load.open(count, bind=False)
            load.end_allocations()
        wait_until_quiet(say)
        meter = Meter(server.pid, [load.pid])
        seconds = load.open(count, bind=False)
        cpu, softirq, others = meter.stop()
        load.end_allocations()
    return {"rate": count / seconds, "cpu": cpu / count * 1e6, "softirq": softirq / count * 1e6, "others": others}


def memory(server, collected):
    """Resident bytes that each idle allocation adds, without and with a channel, to a server that has seen a hundred."""
    with server.load() as load:
        load.open(100)
        load.end_allocations()

    def resident():
        if collected:
            server.collect_garbage()
        time.sleep(SETTLE_SECONDS)
        return resident_bytes(server.pid)

    count = min(MANY, server.most_allocations)
    before = resident()
    heap = server.live_heap_bytes() if collected else 0
    with server.load() as load:
        load.open(count, bind=False)
        bare = resident()
        load.open(count)
        bound = resident()
        sample = {"bare": (bare - before) / count, "bound": (bound - before) / count}
        if collected:
            sample["heap"] = (server.live_heap_bytes() - heap) / count
        load.end_allocations()
    return sample


def system_calls(server, cell, rate, tick):
    """System calls of the server per relayed packet, counted by the kernel's tracepoint."""
    with server.load() as load:
        load.open(cell.allocations)
        load.run(cell.nbytes, cell.direction, rate, 2 * server.warm_seconds)
        load.tell("run", cell.nbytes, 3, rate, COUNT_SECONDS + 2, 0, 0, tick)
        time.sleep(1)
        counted = subprocess.run(
            ["perf", "stat", "-x", ",", "-e", "raw_syscalls:sys_enter", "-p", ",".join(map(str, tree(server.pid))),
             "--", "sleep", str(COUNT_SECONDS)], capture_output=True, text=True, check=False, timeout=60)
        words = load.answer()
        load.end_allocations()
    calls = counted.stderr.strip().split(",")[0]
    if not calls.isdigit():
        raise Trouble("perf counts no system calls (apt-get install linux-perf; needs root): " + counted.stderr[-200:])
    actual = int(words[0]) / (int(words[5]) / 1e9)
    return {"per packet": int(calls) / (actual * COUNT_SECONDS)}


def garbage(server, cell, rate, seconds, tick):
    """Heap bytes allocated per relayed packet, the first seconds not counted."""
    with server.load() as load:
        load.open(cell.allocations)
        load.run(cell.nbytes, cell.direction, rate, 2)
        server.allocated_bytes()                            # the first look costs memory of its own
        before = server.allocated_bytes()
        seen = load.run(cell.nbytes, cell.direction, rate, seconds, tick=tick)
        grown = server.allocated_bytes() - before
        load.end_allocations()
    return {"per packet": grown / seen["received"], "bytes": grown, "packets": seen["received"]}
