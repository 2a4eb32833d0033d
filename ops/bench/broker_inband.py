# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Bytes in stanzas (XEP-0047): between two clients of one server, directly and through Thingle.

Each client has one block under way, as clients do, and takes what it gets only after `away` seconds, as if its way to the
server and back were so long. The server and Thingle share a core."""

import base64
import contextlib
import os
import socket
import time

import broker_goals
import jvm_compilers
import report
from broker_files import connected
from broker_party import BYTES, Party
from broker_servers import GATEWAY, Ejabberd, Prosody, Thingle
from broker_stanzas import PATIENCE, Stream, pump
from machine import cpu_seconds, wait_until_quiet
from parts import FEW

PATHS = {       # as the table has them: how the sender and the receiver reach the gateway; None without it
    "direct": None, "SOCKS5 to in-band": ("socks5", "fallback"), "in-band to SOCKS5": ("fallback", "socks5"),
    "in-band to in-band": ("in-band", "in-band"),
}
AWAY = (0.02, 0)                # seconds; what is far takes longer, and swings less
BLOCK_BYTES = 4096              # what XEP-0047 recommends and most clients use
BYTES_AWAY, BYTES_NEAR = 1 << 20, 4 << 20
WARM_BYTES = 16 << 20           # over each path, again until the JVM has compiled what it runs
PATIENCE_SECONDS = 10           # for a quiet moment before each sample


class Socket:
    """A client's socket to the relay, read as fast as bytes come."""

    def __init__(self, got):
        self.got, self.connection = got, None

    def reach(self, party):
        def connect(host, port, name):
            self.connection = connected(host, port, name)
            party.connected()
        return connect

    def fileno(self):
        return self.connection.fileno()

    def read(self):
        self.got(len(self.connection.recv(1 << 16)))

    def close(self):
        if self.connection:
            self.connection.close()


class Transfer:
    """One file from alice to bob, and how long its bytes take."""

    def __init__(self, clients, path, away):
        self.path, self.received, self.sequence = PATHS[path], 0, 0
        alice, bob = clients
        sends, receives = self.path or ("in-band", "in-band")
        user, resource = bob.jid.split("/")
        contact = bob.jid if self.path is None else user.replace("@", "\\40") + f"@{GATEWAY}/{resource}"
        self.streams = [alice, bob]
        for client in clients:
            client.delay = away
        self.out, self.into = Socket(lambda count: None), Socket(self.got)
        self.sender = alice.party = Party(alice.send, alice.jid, contact, sends, block_bytes=BLOCK_BYTES)
        self.receiver = bob.party = Party(bob.send, bob.jid, None, receives, block_bytes=BLOCK_BYTES)
        self.sender.connect, self.receiver.connect = self.out.reach(self.sender), self.into.reach(self.receiver)
        self.receiver.on_data = self.block
        self.sender.offer()
        pump(self.streams, lambda: self.sender.ready and self.receiver.ready, "the transports")
        if self.into.connection:
            self.streams.append(self.into)

    def got(self, count):
        self.received += count

    def block(self, stanza):
        begin = stanza.index(">", stanza.index("<data")) + 1
        text = stanza[begin:stanza.index("</data")]
        self.got(len(text) // 4 * 3 - text.count("="))

    def run(self, size):
        begun = time.monotonic()
        if self.out.connection:
            self.write(size)
        else:
            self.send_blocks(size)
        pump(self.streams, lambda: self.received >= size, "the bytes")
        return time.monotonic() - begun

    def write(self, size):
        """What bob gets is read in between, or the relay would soon take no more."""
        view = memoryview(os.urandom(size))
        while view:
            with contextlib.suppress(BlockingIOError):
                view = view[self.out.connection.send(view):]
            if view:
                before = self.received
                pump(self.streams, lambda: self.received > before, "more room")

    def send_blocks(self, size):
        text = base64.b64encode(os.urandom(BLOCK_BYTES)).decode()
        sid, blocks = self.sender.transport_sid, size // BLOCK_BYTES

        def send(_kind="result"):
            if self.sequence < blocks:
                data = f"<data xmlns='{BYTES}' sid='{sid}' seq='{self.sequence % 65536}'>{text}</data>"
                self.sender.set(data, f"b-{self.sequence}")
                self.sequence += 1

        self.sender.on_answer = send
        send()

    def end(self):
        self.sender.on_answer = None
        for each in (self.out, self.into):
            each.close()
        self.streams = self.streams[:2]
        self.sender.terminate()
        pump(self.streams, lambda: self.receiver.ended, "the end of the session")


class Client(Stream):
    """A client of the server, one party at a time."""

    def __init__(self, server):
        connection, self.jid = server.log_in()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.party = None
        super().__init__(connection, lambda stanza: self.party and self.party.take(stanza))


class InBand:
    """In-band bytes through the gateway beside in-band bytes without it."""

    name, what, repeat = "in-band", "bytes in stanzas, bridged and not, on Prosody and ejabberd", 9

    def __init__(self, bench):
        self.bench = bench
        self.thingle = Thingle(bench)
        self.servers = [Prosody(bench), Ejabberd(bench)]

    def prepare(self):
        for peer in (self.thingle, *self.servers):
            peer.prepare()

    def versions(self):
        return [peer.version() for peer in (self.thingle, *self.servers)]

    def measure(self):
        for server in self.servers:
            try:
                server.start()
                self.thingle.start(server.component)
                self.measure_on(server)
            finally:
                self.thingle.stop()
                server.stop()

    def measure_on(self, server):
        clients = Client(server), Client(server)
        self.warm_up(server, clients)
        for repeat in self.bench.repeats(self):
            for away in AWAY if repeat < FEW else AWAY[-1:]:
                for path in (list(PATHS), list(PATHS)[::-1])[repeat % 2]:
                    wait_until_quiet(self.bench.say, PATIENCE_SECONDS)
                    self.bench.keep(f"in-band {server.name} {away}", path, self.sample(server, clients, path, away))

    def warm_up(self, server, clients):
        def all_paths():
            for path in PATHS:
                self.transfer(clients, path, 0, WARM_BYTES)
        if self.bench.options.quick:
            all_paths()
        else:
            jvm_compilers.wait(self.thingle.pid, "Thingle", all_paths, self.bench.say)
        self.bench.say(f"{server.name} and Thingle are warm")

    def transfer(self, clients, path, away, size):
        """Seconds per MiB, and a transfer's size in MiB."""
        if self.bench.options.quick:
            size //= 8
        transfer = Transfer(clients, path, away)
        seconds = transfer.run(size)
        transfer.end()
        return seconds * 2**20 / size, size / 2**20

    def sample(self, server, clients, path, away):
        before = [cpu_seconds(each.pid) for each in (server, self.thingle)]
        seconds, mebibytes = self.transfer(clients, path, away, BYTES_AWAY if away else BYTES_NEAR)
        used = [cpu_seconds(each.pid) - then for each, then in zip((server, self.thingle), before)]
        return {"seconds": seconds, "server": used[0] / mebibytes, "thingle": used[1] / mebibytes}

    def sections(self):
        rows = [[server.title, f"{away * 1000:.0f} ms", path, report.spread(found, "seconds"),
                 report.spread(found, "server", 1, 1000), report.spread(found, "thingle", 1, 1000)]
                for server in self.servers for away in AWAY for path in PATHS
                if (found := self.bench.samples.get((f"in-band {server.name} {away}", path)))]
        head = ["server", "round trip to each client", "path", "s/MiB", "server's CPU ms/MiB", "Thingle's"]
        return [(f"Bytes in stanzas, blocks of {BLOCK_BYTES:,} bytes", head, rows)]

    def goals(self):
        return broker_goals.of_in_band(self.bench.samples, self.servers, AWAY, [path for path in PATHS if PATHS[path]])
