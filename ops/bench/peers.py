# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""The relays without SOCKS5 and XMPP: the bench's own yardstick in C, and HAProxy with splicing forced."""

import contextlib
import shutil
import subprocess

import processes
from load import Load, compile_c
from machine import SERVER_CORE
from processes import Trouble, free_port, output

PIPE_BYTES = 1 << 20      # the largest that Linux allows by default; measured to be the best for both


class Peer:
    """A relay under test: started privately, on the server's core, on loopback."""

    name = title = needs = ""
    socks5 = False          # SOCKS5 and activation through XMPP, or plain TCP to a sink
    set_ups = 2000          # streams of a set-up sample; also of the warm-up before others
    warm_seconds = 1        # of full traffic before a sample of traffic
    window = 64             # how many it is asked to set up at the same time

    def __init__(self, bench):
        self.bench = bench
        self.child = None

    @property
    def pid(self):
        return self.child.pid

    def prepare(self):
        """Finds or builds what start() needs."""
        if self.needs and not shutil.which(self.needs):
            raise Trouble(f"{self.name} is not installed; try: apt-get install {self.needs}, or leave it out with --only")

    def folder(self):
        self.bench.serial += 1
        path = self.bench.scratch / f"{self.name}-{self.bench.serial}"
        path.mkdir()
        self.log = path / "log"
        self.log.touch()
        return path

    def run_server(self, arguments, **options):
        self.child = processes.start(arguments, SERVER_CORE, log=self.log, stdin=subprocess.DEVNULL, **options)

    def stop(self):
        if self.child:
            processes.stop(self.child)
            self.child = None


class PlainPeer(Peer):
    """Joins each connection to a new one to the load's sink."""

    def doors(self):
        """Two pairs of ports: a sink belongs to one load, and there may be two at the same time."""
        self.free = [(free_port(), free_port()) for _ in range(2)]
        return self.free[:]

    @contextlib.contextmanager
    def load(self, order=None):
        door = self.free.pop()
        load = Load(self.bench.load_program, ["plain", *door], first_of_all=order)
        try:
            yield load
        finally:
            load.close()
            self.free.append(door)


class SpliceRelay(PlainPeer):
    name, title = "splice-relay", "C splice relay (plain TCP)"

    def prepare(self):
        if not hasattr(self.bench, "relay_program"):
            self.bench.relay_program = compile_c(self.bench.scratch, "splice-relay", ["splice-relay.c"])

    def version(self):
        return "splice-relay.c of this bench"

    def start(self):
        self.folder()
        doors = self.doors()
        self.run_server([self.bench.relay_program, PIPE_BYTES, *(port for door in doors for port in door)])
        processes.await_port(doors[-1][0], self.child, self.name, self.log)


class HAProxy(PlainPeer):
    name, title, needs = "haproxy", "HAProxy, splicing forced (plain TCP)", "haproxy"

    def version(self):
        return output("haproxy", "-v").splitlines()[0].split(" - ")[0]

    def start(self):
        folder = self.folder()
        doors = self.doors()
        listeners = "".join(f"listen on{port}\n  bind 127.0.0.1:{port}\n  server sink 127.0.0.1:{sink}\n" for port, sink in doors)
        (folder / "haproxy.cfg").write_text(f"""
global
  nbthread 1
  maxconn 4000
  tune.pipesize {PIPE_BYTES}
defaults
  mode tcp
  timeout connect 10s
  timeout client 1h
  timeout server 1h
  option splice-request
  option splice-response
{listeners}""")
        self.run_server(["haproxy", "-db", "-f", folder / "haproxy.cfg"])
        processes.await_port(doors[-1][0], self.child, self.name, self.log)
