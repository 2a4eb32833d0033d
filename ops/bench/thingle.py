# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Thingle, attached to an XMPP server that the bench plays itself."""

import contextlib
import os
import re
import subprocess
from pathlib import Path

import processes
import xmpp
from processes import Trouble, free_port, output
from proxies import Socks5Peer

LAUNCHER = Path(__file__).resolve().parents[1] / "bin" / "thingle"
UNITS = {"B": 1, "K": 2**10, "M": 2**20, "G": 2**30}


def jvm_tool(pid, name, *arguments):
    """What a tool says that is beside the java of a process."""
    tool = Path(os.readlink(f"/proc/{pid}/exe")).parent / name
    done = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise Trouble(f"{tool} {' '.join(map(str, arguments))}: {done.stderr or done.stdout}")
    return done.stdout


class Thingle(Socks5Peer):
    name, title = "thingle", "Thingle"
    proxy = "proxy.bench.localhost"
    set_ups = 10000
    warm_seconds = 6        # until the JVM has compiled what it runs; on the one core it competes with the relaying
    requester = "requester@bench.localhost/load"

    def prepare(self):
        """Builds on first use, on all cores."""
        if not output(LAUNCHER, "--version"):
            raise Trouble(f"{LAUNCHER} --version says nothing; run it by hand to see why")

    def version(self):
        return output(LAUNCHER, "--version").splitlines()[0]

    def start(self):
        folder = self.folder()
        self.port = free_port()
        self.server = xmpp.ComponentServer()
        (folder / "thingle.conf").write_text(f"""
thingle {{
  xmpp {{ port = {self.server.port}, jid = "{self.proxy}", secret = "{xmpp.SECRET}" }}
  public-addresses = ["127.0.0.1"]
  bytestreams {{
    listen = ["127.0.0.1:{self.port}"]
    threads = 1
    limits {{ streams = 0, streams-per-jid = 0, parked = 0, parked-per-address = 0 }}
  }}
  access.allow = ["*"]
  admin.listen = "127.0.0.1:{free_port()}"
  turn.enabled = off
}}
""")
        self.run_server([LAUNCHER, "run", "--config", folder / "thingle.conf"])
        try:
            self.server.accept(self.proxy)
        except TimeoutError as e:
            raise Trouble(f"Thingle did not connect; its log ends:\n{processes.tail(self.log)}") from e
        self.connection = self.server.connection
        processes.await_line("ready", self.child, self.name, self.log)

    @contextlib.contextmanager
    def load(self, order=None):
        with self.server.in_use(), super().load(order) as load:
            yield load

    def stop(self):
        if getattr(self, "server", None):
            super().stop()
            self.server.close()

    def _jcmd(self, *arguments):
        return jvm_tool(self.pid, "jcmd", self.pid, *arguments)

    def collect_garbage(self):
        self._jcmd("GC.run")

    def live_heap_bytes(self):
        """Heap in use; right after a collection, what is alive."""
        return sum(int(kib) * 1024 for kib in re.findall(
            r"^(?:DefNew|Tenured) .*?used (\d+)K", self._jcmd("GC.heap_info"), re.M))

    def allocated_bytes(self):
        """Heap allocated by all threads since they started, by the JVM's own per-thread counters."""
        total = 0
        for name, amount, unit in re.findall(r'^"([^"]*)".*?allocated=(\d+)([BKMG])', self._jcmd("Thread.print", "-e"), re.M):
            if name != "Attach Listener":
                total += int(amount) * UNITS[unit]
        return total
