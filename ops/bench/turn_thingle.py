# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Thingle's TURN server: native engine with and without coalescing, and the portable one."""

import processes
import thingle
import xmpp
from processes import Trouble, free_port
from turn_servers import REALM, TurnServer


class ThingleTurn(TurnServer):
    """As it ships, but for what only waits in a bench: quotas, the budget of challenges, and peers on loopback."""

    name, title = "thingle", "Thingle"
    transport, coalesce = "auto", "0"
    more = ""                   # lines of configuration
    relays_tcp = True
    set_ups = 200000            # before allocations are measured, so that the JVM has compiled what it runs
    warm_seconds = 1
    warm_up = [(50, 172, 60_000, 0), (500, 172, 60_000, 0), (1, 1200, 60_000, 0), (1, 1200, 100_000, 32)]

    prepare = thingle.Thingle.prepare
    version = thingle.Thingle.version
    _jcmd = thingle.Thingle._jcmd
    collect_garbage = thingle.Thingle.collect_garbage
    live_heap_bytes = thingle.Thingle.live_heap_bytes
    allocated_bytes = thingle.Thingle.allocated_bytes

    def start(self):
        folder = self.folder()
        self.port = free_port()
        self.server = xmpp.ComponentServer()
        (folder / "thingle.conf").write_text(f"""
thingle {{
  xmpp {{ port = {self.server.port}, jid = "proxy.bench.localhost", secret = "{xmpp.SECRET}" }}
  public-addresses = ["127.0.0.1"]
  state-directory = "{folder}"
  bytestreams {{ listen = ["127.0.0.1:{free_port()}"], threads = 1, transport = {self.transport} }}
  turn {{
    enabled = on
    udp = ["127.0.0.1:{self.port}"], tcp = ["127.0.0.1:{self.port}"], tls = [], dtls = []
    realm = "{REALM}"
    users {{ {self.username} = "{self.password}" }}
    relay-ports = "{self.ports[0]}-{self.ports[1]}"
    relay-addresses = ["127.0.0.1"]
    allow-peers = ["127.0.0.0/8"]
    tcp-relay = on
    coalesce = {self.coalesce}
    limits {{ allocations-per-user = 0, allocations-per-address = 0, challenges-per-network = 0 }}
  }}
  admin.listen = "127.0.0.1:{free_port()}"
  {self.more}
}}
""")
        self.run_server([thingle.LAUNCHER, "run", "--config", folder / "thingle.conf"])
        try:
            self.server.accept("proxy.bench.localhost")
        except TimeoutError as e:
            raise Trouble(f"Thingle did not connect; its log ends:\n{processes.tail(self.log)}") from e
        processes.await_line("ready", self.child, self.name, self.log)
        self.await_answer()
        for allocations, nbytes, rate, burst in self.warm_up:
            with self.load() as load:
                load.open(allocations)
                load.run(nbytes, "both", rate, 2 if self.bench.options.quick else 4, burst)
                load.end_allocations()

    def stop(self):
        super().stop()
        if getattr(self, "server", None):
            self.server.close()
            self.server = None


class ThingleCoalescing(ThingleTurn):
    name, title, coalesce, relays_tcp = "thingle-coalescing", "Thingle, coalescing", "200us", False


class ThinglePortable(ThingleTurn):
    name, title, transport, relays_tcp = "thingle-portable", "Thingle, portable", "nio", False


class Bytestreams(thingle.Thingle):
    """Thingle relaying files, for the price of TCP beside that of TURN's."""

    name, title = "bytestreams", "Thingle, bytestreams"

    def __init__(self, bench):
        super().__init__(StreamBench(bench))


class StreamBench:
    """The bench as a bytestream relay sees it: its load is the one for streams."""

    def __init__(self, bench):
        self.bench, self.load_program, self.scratch = bench, bench.stream_program, bench.scratch

    @property
    def serial(self):
        return self.bench.serial

    @serial.setter
    def serial(self, value):
        self.bench.serial = value
