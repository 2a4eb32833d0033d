# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""The TURN servers beside Thingle: the bench's own yardstick in C, coturn, and ejabberd's."""

import base64
import contextlib
import hashlib
import hmac
import os
import re
import time

import processes
from load import compile_c
from peers import Peer
from processes import free_port, output
from proxies import erlang_libraries
from turn_load import TurnLoad

REALM = "bench"
RELAY_SOURCES = ["turn-relay.c", "turn-outbox.c", "turn-stun.c", "sha1.c"]


class TurnServer(Peer):
    """A TURN server under test. Its relayed ports are its own, below the kernel's ephemeral ones."""

    username, password = "bench", "secret"
    warm_seconds = 0.5
    most_rate = 1e9             # packets/s that it can be asked for
    relays_tcp = False          # RFC 6062
    most_allocations = 5000

    def __init__(self, bench):
        super().__init__(bench)
        self.ports = None

    @contextlib.contextmanager
    def load(self, receive_batches=False):
        key = hashlib.md5(f"{self.username}:{REALM}:{self.password}".encode()).hexdigest()
        load = TurnLoad(self.bench.load_program, [self.port, self.username, key, *(["gro"] if receive_batches else [])])
        try:
            yield load
        finally:
            load.close()

    def await_answer(self):
        """Waits until it answers to an Allocate."""
        end = time.monotonic() + 30
        while True:
            with contextlib.suppress(processes.Trouble), self.load() as load:
                load.open(1)
                load.end_allocations()
                return
            if self.child.poll() is not None or time.monotonic() > end:
                raise processes.Trouble(f"{self.name} allocates nothing; its log ends:\n{processes.tail(self.log)}")
            time.sleep(0.2)


class TurnRelay(TurnServer):
    name, title, options = "turn-relay", "C relay", []

    def version(self):
        return " ".join(["turn-relay.c", *self.options]) + " of this bench"

    def prepare(self):
        program = self.bench.scratch / "turn-relay"
        self.program = program if program.exists() else compile_c(self.bench.scratch, "turn-relay", RELAY_SOURCES)

    def start(self):
        self.folder()
        self.port = free_port()
        self.run_server([self.program, *self.options, self.port])
        self.await_answer()


class TurnRelayGso(TurnRelay):
    name, title, options = "turn-relay-gso", "C relay, GSO out", ["-g"]


class TurnRelayGro(TurnRelay):
    name, title, options = "turn-relay-gro", "C relay, GRO in, GSO out", ["-G"]


class Coturn(TurnServer):
    name, title, needs = "coturn", "coturn", "turnserver"
    options, relays_tcp = [], True

    def version(self):
        return " ".join(["coturn", output("dpkg-query", "-W", "-f", "${Version}", "coturn"), *self.options])

    def start(self):
        folder = self.folder()
        self.port = free_port()
        self.run_server([
            "turnserver", "-n", *self.options, "--listening-ip", "127.0.0.1", "--relay-ip", "127.0.0.1",
            "--listening-port", self.port, "--min-port", self.ports[0], "--max-port", self.ports[1],
            "--lt-cred-mech", "--realm", REALM, "--user", f"{self.username}:{self.password}", "--allow-loopback-peers",
            "--no-tls", "--no-dtls", "--no-cli", "--no-rfc5780", "--simple-log", "--no-stdout-log",
            "--log-file", folder / "log", "--pidfile", folder / "pid", "--userdb", folder / "users"])
        self.await_answer()


class CoturnOneThread(Coturn):
    name, title, options, relays_tcp = "coturn-m1", "coturn, one relay thread", ["-m", "1"], False


class EjabberdTurn(TurnServer):
    name, title, needs = "ejabberd", "ejabberd", "ejabberdctl"
    most_rate = 10_000

    def version(self):
        return "ejabberd " + output("dpkg-query", "-W", "-f", "${Version}", "ejabberd")

    def start(self):
        folder = self.folder()
        (folder / "spool").mkdir()
        self.port = free_port()
        host = hashlib.sha1(REALM.encode()).hexdigest()[:8]          # so it finds which host's secret made the password
        self.username = f"{int(time.time()) + 86400}:{'0' * 8}{host}"
        mac = hmac.new(REALM.encode(), self.username.encode(), hashlib.sha1).digest()
        self.password = base64.b64encode(mac).decode()
        (folder / "ejabberd.yml").write_text(f"""
hosts: [{REALM}]
loglevel: error
listen:
  - port: {self.port}
    ip: "127.0.0.1"
    transport: udp
    module: ejabberd_stun
    auth_type: user
    auth_realm: {REALM}
    shaper: none
    use_turn: true
    turn_ipv4_address: "127.0.0.1"
    turn_min_port: {self.ports[0]}
    turn_max_port: {self.ports[1]}
    turn_max_allocations: infinity
    turn_max_permissions: infinity
    turn_blacklist: "192.0.2.0/24"
modules:
  mod_stun_disco: {{secret: {REALM}, services: []}}
""")
        # A node without a name needs neither epmd nor the user that ejabberdctl changes to.
        self.run_server(
            ["erl", "-noinput", "+K", "true", "-mnesia", "dir", f'"{folder}/spool"', "-s", "ejabberd"],
            env=os.environ | {
                "HOME": str(folder), "ERL_LIBS": erlang_libraries(), "ERL_CRASH_DUMP_BYTES": "0",
                "EJABBERD_CONFIG_PATH": str(folder / "ejabberd.yml"), "EJABBERD_LOG_PATH": str(folder / "ejabberd.log")})
        self.await_answer()
