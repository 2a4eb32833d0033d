# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""What /proc knows: CPU time, memory and descriptors of a process tree, and who else uses the machine."""

import os
import re
import time
from pathlib import Path

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
QUIET = 0.10                    # share of one core that others may use while we measure


def tree(pid):
    """The process and all its descendants."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def cpu_seconds(pid):
    """User and system time of the tree, all threads, to the nanosecond (the clock that /proc/PID/stat rounds)."""
    return sum(time.clock_gettime_ns((~each << 3) | 2) for each in tree(pid)) / 1e9


def thread_seconds(pid, prefix):
    """User and system time of those threads of one process whose names begin so."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            if (task / "comm").read_text().startswith(prefix):
                total += int((task / "schedstat").read_text().split()[0])
        except OSError:
            continue                                    # a thread that has ended meanwhile
    return total / 1e9


def resident_bytes(pid):
    """Resident set of the tree; smaps_rollup because VmRSS may be off by hundreds of pages."""
    kib = [re.search(r"^Rss:\s+(\d+)", Path(f"/proc/{each}/smaps_rollup").read_text(), re.M) for each in tree(pid)]
    return sum(int(match[1]) for match in kib if match) * 1024


def descriptors(pid):
    return sum(len(os.listdir(f"/proc/{each}/fd")) for each in tree(pid))


def _softirq_threads():
    names = {f"ksoftirqd/{core}": core for core in CORES}
    found = {}
    for comm in Path("/proc").glob("[0-9]*/comm"):
        try:
            name = comm.read_text().strip()
        except OSError:
            continue
        if name in names:
            found[names[name]] = comm.parent
    return found


SOFTIRQ_THREADS = _softirq_threads()


def softirq_seconds(core):
    """Network work that the kernel moved from the processes of this core to its helper thread."""
    thread = SOFTIRQ_THREADS.get(core)
    return int((thread / "schedstat").read_text().split()[0]) / 1e9 if thread else 0.0


def busy_seconds():
    """Time that the cores we may use were not idle, whoever used them."""
    ticks = 0
    for line in Path("/proc/stat").read_text().splitlines():
        match = re.match(r"cpu(\d+) (.*)", line)
        if match and int(match[1]) in CORES:
            user, nice, system, _idle, _wait, irq, softirq, steal = map(int, match[2].split()[:8])
            ticks += user + nice + system + irq + softirq + steal
    return ticks / os.sysconf("SC_CLK_TCK")


def wait_until_quiet(say, patience=60):
    """Waits until nobody else computes; gives up after `patience` seconds and lets the report tell."""
    end = time.monotonic() + patience
    told = False
    while time.monotonic() < end:
        before = busy_seconds()
        time.sleep(0.5)
        if (busy_seconds() - before) / 0.5 < 2 * QUIET:
            return
        if not told:
            say("  others use this machine; waiting for quiet")
            told = True


class Meter:
    """CPU time of a server, and of everybody who is neither server nor load, between start and stop."""

    def __init__(self, server_pid, load_pids):
        self.server_pid, self.load_pids = server_pid, load_pids
        self.before, self.begun = self._read(), time.monotonic()

    def _read(self):
        softirq = {core: softirq_seconds(core) for core in (SERVER_CORE, LOAD_CORE)}
        server, loads = cpu_seconds(self.server_pid), sum(map(cpu_seconds, self.load_pids))
        return server, softirq[SERVER_CORE], busy_seconds() - server - loads - sum(softirq.values())

    def stop(self):
        """Server seconds, kernel helper's seconds on the server's core, share of a core that others used."""
        elapsed = time.monotonic() - self.begun
        server, softirq, others = (now - then for now, then in zip(self._read(), self.before))
        return server, softirq, max(0.0, others / elapsed)


def description():
    model = re.search(r"^model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text(), re.M)
    memory = int(re.search(r"^MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text(), re.M)[1])
    hypervisor = "virtual machine, " if " hypervisor" in Path("/proc/cpuinfo").read_text() else ""
    return (f"{hypervisor}{len(CORES)} cores ({model[1] if model else os.uname().machine}), "
            f"{memory / 2**20:.0f} GiB memory, Linux {os.uname().release}")
