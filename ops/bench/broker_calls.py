# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Calls through the gateway beside calls through the TURN server of the same program: CPU, losses, garbage, memory."""

import contextlib
import statistics

import jvm_compilers
import report
from call_load import CALL_SOURCES, CallLoad, Conversation, UNDER_WAY
from jvm_garbage import allocated
from load import compile_c
from machine import Meter, QUIET, resident_bytes, thread_seconds, wait_until_quiet
from parts import FEW
from turn_cells import Cell, TICK_MICROS
from turn_load import LOAD_SOURCES
from turn_thingle import ThingleTurn

CALLS = 200
MORE_CALLS = 600           # for what one call more costs
CELLS = [Cell(500, 1, "both"), Cell(500, 50, "both"), *(Cell(nbytes, CALLS, "both") for nbytes in (100, 500, 1200))]
QUICK_CELLS = [Cell(500, CALLS, "both")]
RATE = 50_000               # packets/s of all calls together
SECONDS, QUICK_SECONDS = 2, 1
ATTEMPTS = 3
PATIENCE_SECONDS = 10       # for a quiet moment before each try
GARBAGE_SECONDS = 10        # a call asks for consent every 5 s
SETTLE_SECONDS = 3
WARM_CALLS = 3000           # set up and ended, until what runs has been compiled
LOOPS = "thingle-loop"      # the threads through which packets go
LOOK_SECONDS = 3
PACKET_RATIO, GARBAGE_PER_PACKET, KB_PER_CALL = 1.1, 1, 300


class Turn(ThingleTurn):
    """Thingle with TURN and the gateway, of which TURN is used."""

    name, title = "turn", "ChannelData of TURN"
    more = "gateway { enabled = on, sessions = 0, sessions-per-jid = 0 }"
    first_port = 2000
    warm_up = [(50, 172, RATE, 0), (CALLS, 500, RATE, 0), (CALLS, 1200, RATE, 0), (1, 500, RATE, 0)]

    def __init__(self, bench):
        super().__init__(bench)
        self.ports = self.first_port, self.first_port + 12_999


class Brokered(Turn):
    """The same, of which the gateway is used. Its allocations are calls."""

    name, title, first_port = "calls", "brokered calls", 16_000
    domain, proxy = "bench.localhost", "proxy.bench.localhost"

    @contextlib.contextmanager
    def load(self, receive_batches=False):
        with self.server.in_use():
            load = CallLoad(self.bench.call_program, Conversation(self.server.connection, self.domain, self.proxy))
            try:
                yield load
            finally:
                load.close()

    def start(self):
        super().start()
        for _ in range(1 if self.bench.options.quick else WARM_CALLS // CALLS):
            with self.load() as load:
                load.open(CALLS)
                load.end_allocations()


class Calls:
    """Two users of a domain call each other through the gateway, many pairs at the same time."""

    name, what, repeat = "calls", "calls through the gateway: CPU and garbage per packet beside TURN's, memory of a call", 9

    def __init__(self, bench):
        self.bench, self.options, self.scratch = bench, bench.options, bench.scratch
        self.servers = [Turn(self), Brokered(self)]
        self.quick = bench.options.quick

    @property
    def serial(self):
        return self.bench.serial

    @serial.setter
    def serial(self, value):
        self.bench.serial = value

    def prepare(self):
        self.load_program = compile_c(self.scratch, "turn-load", LOAD_SOURCES)
        self.call_program = compile_c(self.scratch, "call-load", CALL_SOURCES)
        self.servers[0].prepare()

    def versions(self):
        return [self.servers[0].version()]

    def measure(self):
        turn, brokered = self.servers
        try:
            for server in self.servers:
                server.start()
                if not self.quick:
                    self.settle(server)
                self.bench.say(f"{server.title}: warm")
            self.traffic()
            turn.stop()
            self.garbage(brokered)
            if not self.quick:
                self.memory(brokered)
        finally:
            for server in self.servers:
                server.stop()

    def settle(self, server):
        """Lets so much flow that what runs has been compiled: the compilers' time is no price of a packet."""
        with server.load() as load:
            load.open(CALLS)
            self.await_compilers(server, load, CELLS[-1])
            load.end_allocations()

    def await_compilers(self, server, load, cell):
        jvm_compilers.wait(server.pid, server.title, lambda: load.run(
            cell.nbytes, cell.direction, RATE, LOOK_SECONDS, tick=TICK_MICROS), self.bench.say)

    def traffic(self):
        """Both stand open and take turns, and the first of a pair is once the one and once the other."""
        for cell in QUICK_CELLS if self.quick else CELLS:
            with contextlib.ExitStack() as stack:
                loads = {server: stack.enter_context(server.load()) for server in self.servers}
                set_up = {server: self.opened(server, load, cell) for server, load in loads.items()}
                for i in self.bench.repeats(self):
                    for server in self.servers[::-1] if i % 2 else self.servers:
                        sample = self.packets(server, loads[server], cell)
                        self.keep("cpu", server, cell, sample | {"set-up": set_up[server]})
                for load in loads.values():
                    load.end_allocations()

    def opened(self, server, load, cell):
        """Seconds until all stood; when this returns, what they run has been compiled."""
        seconds = load.open(cell.allocations)
        load.run(cell.nbytes, cell.direction, RATE, server.warm_seconds, tick=TICK_MICROS)
        if not self.quick:
            self.await_compilers(server, load, cell)
        return seconds

    def keep(self, measurement, server, cell, sample):
        self.bench.keep(measurement, f"{server.name} {cell}", sample)
        if damage := sample.get("corrupt", 0) + sample.get("reordered", 0):
            self.bench.failures.append(f"{server.title} {cell}: {damage} packets corrupted or out of order")

    def wait_until_quiet(self):
        if not self.quick:
            wait_until_quiet(self.bench.say, PATIENCE_SECONDS)

    def packets(self, server, load, cell):
        """CPU microseconds per packet. Disturbed tries are repeated; the least disturbed one counts."""
        tries, seconds = [], QUICK_SECONDS if self.quick else SECONDS
        while len(tries) < (1 if self.quick else ATTEMPTS) and not (tries and tries[-1]["others"] < QUIET):
            self.wait_until_quiet()
            load.run(cell.nbytes, cell.direction, RATE, seconds / 5, tick=TICK_MICROS)
            meter, loops = Meter(server.pid, [load.pid]), thread_seconds(server.pid, LOOPS)
            seen = load.run(cell.nbytes, cell.direction, RATE, seconds, tick=TICK_MICROS)
            loops = thread_seconds(server.pid, LOOPS) - loops
            cpu, softirq, others = meter.stop()
            micros = 1e6 / max(1, seen["received"])
            tries.append(seen | {"cpu": cpu * micros, "loops": loops * micros, "softirq": softirq * micros, "others": others})
        return min(tries, key=lambda sample: sample["others"])

    def garbage(self, server):
        """What calls cost that only stand, and heap allocated meanwhile and, as long, while packets flow."""
        seconds, cell = QUICK_SECONDS if self.quick else GARBAGE_SECONDS, QUICK_CELLS[0]

        def flow(length):
            return load.run(cell.nbytes, cell.direction, RATE, length, tick=TICK_MICROS)

        for _ in self.bench.repeats(self)[:FEW]:
            with server.load() as load:
                load.open(cell.allocations)
                flow(server.warm_seconds)
                self.wait_until_quiet()
                meter = Meter(server.pid, [load.pid])
                load.idle(seconds)
                standing, _, others = meter.stop()
                idle, _ = allocated(server.pid, self.scratch, lambda: load.idle(seconds))
                busy, seen = allocated(server.pid, self.scratch, lambda: flow(seconds))
                load.end_allocations()
            grown = {name: busy[name] - idle.get(name, 0) for name in busy}
            loops = sum(grown[name] for name in grown if name.startswith(LOOPS))
            self.keep("garbage", server, cell, seen | {
                "per packet": sum(grown.values()) / seen["received"], "loops": loops / seen["received"], "others": others,
                "standing bytes": sum(idle.values()) / seconds, "standing": standing / seconds * 1e3})

    def memory(self, server):
        """Resident bytes and live heap that each standing call adds, in a server that has seen thousands."""
        for _ in self.bench.repeats(self)[:FEW]:
            seen = []
            with server.load() as load:
                for calls in (0, CALLS, MORE_CALLS):
                    load.open(calls)
                    load.idle(SETTLE_SECONDS)
                    at_once = resident_bytes(server.pid)
                    server.collect_garbage()
                    load.idle(1)
                    seen.append({"at once": at_once, "collected": resident_bytes(server.pid), "heap": server.live_heap_bytes(),
                                 "calls": calls})
                load.end_allocations()
            for before, after in zip(seen, seen[1:]):
                grown = {figure: after[figure] - before["collected" if figure == "at once" else figure] for figure in after}
                calls = grown.pop("calls")
                self.bench.keep("memory", f"{before['calls']} to {after['calls']}",
                                {figure: grown[figure] / calls for figure in grown})

    def samples(self, measurement, server, cell):
        return self.bench.samples.get((measurement, f"{server.name} {cell}"), [])

    def median(self, measurement, server, cell, figure):
        return statistics.median(sample[figure] for sample in self.samples(measurement, server, cell))

    def sections(self):
        rows = [[f"{cell.nbytes:,}", str(cell.allocations), server.title, *(report.spread(samples, figure, 2) for figure in (
            "cpu", "loops", "softirq")), f"{sum(sample['lost'] for sample in samples):,}", report.spread(samples, "p50", 0),
            report.spread(samples, "p99", 0), f"{max(sample['others'] for sample in samples):.0%}"]
            for cell in CELLS for server in self.servers if (samples := self.samples("cpu", server, cell))]
        head = ["bytes", "calls", "of", "CPU us/packet", "of it the loop", "ksoftirqd us", "lost", "p50 us", "p99 us", "others"]
        yield f"Calls: CPU per relayed packet, {RATE:,} packets/s in groups {TICK_MICROS} us apart, both ways", head, rows

        samples = self.samples("garbage", self.servers[1], QUICK_CELLS[0])
        rows = samples and [[str(CALLS), *(report.spread(samples, figure, digits, scale) for figure, digits, scale in (
            ("per packet", 3, 1), ("loops", 3, 1), ("standing bytes", 0, 1 / 1024), ("standing", 1, 1)))]]
        yield ("Calls: garbage of packets, and what calls cost that only stand (ICE's consent)",
               ["calls", "bytes/packet", "of it the loop", "standing: KiB/s", "standing: CPU ms/s"], rows)

        rows = [[name, *(report.spread(samples, figure, 1, 1 / 1024) for figure in ("at once", "collected", "heap"))]
                for (measurement, name), samples in self.bench.samples.items() if measurement == "memory"]
        yield ("Calls: resident memory that a call adds (KiB)",
               ["calls", "at once", "garbage collected", "of it live heap"], rows)

        rows = [[str(cell.allocations), report.spread(samples, "set-up", 2)] for cell in CELLS
                if cell.nbytes == 500 and (samples := self.samples("cpu", self.servers[1], cell))]
        yield f"Calls: all set up and connected, {UNDER_WAY} at a time (s)", ["calls", "seconds"], rows

    def goals(self):
        turn, brokered = self.servers
        rows = []

        def hold(goal, limit, measured, reached, text):
            rows.append([goal, limit, text.format(measured), "yes" if reached else "NO"])

        measured = [cell for cell in CELLS if self.samples("cpu", turn, cell) and self.samples("cpu", brokered, cell)]
        if at_once := [cell for cell in measured if cell.allocations == CALLS]:
            lost = sum(sample["lost"] for cell in at_once for sample in self.samples("cpu", brokered, cell))
            hold("calls at the same time, packets lost", f"{CALLS}, 0", lost, lost == 0, f"{CALLS}, {{}}")
        for cell in measured:
            for figure, what in (("cpu", "all threads"), ("loops", "event loop")):
                ours, theirs = (self.median("cpu", server, cell, figure) for server in (brokered, turn))
                hold(f"CPU of a ChannelData packet, {cell.nbytes} bytes, {cell.allocations} calls, {what}",
                     f"≤ {PACKET_RATIO:g} ×", ours / theirs, ours <= PACKET_RATIO * theirs, "{:.3f} ×")
        if self.samples("garbage", brokered, QUICK_CELLS[0]):
            value = self.median("garbage", brokered, QUICK_CELLS[0], "loops")
            hold("garbage per packet", f"< {GARBAGE_PER_PACKET} byte", value, value < GARBAGE_PER_PACKET, "{:.3f} bytes")
        for (measurement, name), samples in self.bench.samples.items():
            for figure in ("at once", "collected") if measurement == "memory" else ():
                value = statistics.median(sample[figure] for sample in samples) / 1000
                hold(f"memory per call, {name}, {figure}", f"≤ {KB_PER_CALL} KB", value, value <= KB_PER_CALL, "{:.0f} KB")
        return rows

