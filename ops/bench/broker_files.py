# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Files that go from socket to socket through the gateway: how many, their CPU beside proxied streams, their memory.

The bench is the XMPP server and both clients of each session, so no other server's time or memory is in the figures."""

import contextlib
import re
import socket
import time

import broker_goals
import measure
import report
import xmpp
from broker_party import Party
from broker_servers import GATEWAY, Thingle
from broker_stanzas import PATIENCE, Stream, attribute, pump
from load import SOURCES, Load, compile_c
from machine import descriptors, resident_bytes
from parts import FEW
from processes import Trouble

SESSIONS, FEW_SESSIONS = 1000, 100
AT_ONCE = 50                # sessions that are negotiated at the same time
STREAMS = (1, 16, 64)
CPU_SECONDS, CPU_BYTES = 3, 16 * 10**9
WARM_SECONDS = 6            # of full traffic, until the JVM has compiled what it runs, on the one core that it has
STATES = ("fresh", "worn", "collected")
USERS = "users.localhost"


def connected(host, port, name):
    """A socket that the relay has let in by SOCKS5 (XEP-0260)."""
    connection = socket.create_connection((host, port), PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for request, length in (b"\5\1\0", 2), (b"\5\1\0\3\x28" + name.encode() + b"\0\0", 47):
        connection.sendall(request)
        answer = b""
        while len(answer) < length:
            more = connection.recv(length - len(answer))
            if not more:
                raise Trouble("Thingle closed a socket of a brokered session")
            answer += more
        if answer[1] != 0:
            raise Trouble(f"Thingle refused a socket of a brokered session: {answer!r}")
    connection.setblocking(False)
    return connection


class Hub:
    """The bench's server: stanzas of Thingle's go to the client they are for."""

    def __init__(self, server):
        self.server, self.parties = server, {}
        self.stream = Stream(server.connection, self.take)

    def take(self, stanza):
        to = attribute(stanza, "to")
        if to in self.parties:
            self.parties[to].take(stanza)
        elif to == GATEWAY and re.search(r"type=['\"]get", stanza):     # Thingle asks itself whether its link is alive
            self.stream.send(f"<iq type='result' id='{attribute(stanza, 'id')}' from='{GATEWAY}' to='{GATEWAY}'/>")

    def session(self, number, sockets):
        """Begins one; each client's socket goes to `sockets` under the client's name."""
        alice, bob = (f"{name}{number}@{USERS}/bench" for name in ("alice", "bob"))
        contact = f"bob{number}\\40{USERS}@{GATEWAY}/bench"

        def connect(party):
            def reach(host, port, name):
                sockets[party.me] = connected(host, port, name)
                party.connected()
            party.connect = reach
            self.parties[party.me] = party
            return party

        sender = connect(Party(self.stream.send, alice, contact, "socks5"))
        receiver = connect(Party(self.stream.send, bob, None, "socks5"))
        sender.offer()
        return sender, receiver

    def broker(self, sessions):
        """Pairs of parties, and their sockets by JID."""
        pairs, sockets = [], {}
        with self.server.in_use():
            for first in range(0, sessions, AT_ONCE):
                begun = [self.session(number, sockets) for number in range(first, min(first + AT_ONCE, sessions))]
                pump([self.stream], lambda: all(each.ready for pair in begun for each in pair), "sessions to connect")
                pairs += begun
        return pairs, sockets

    def end(self, pairs):
        with self.server.in_use():
            for sender, _ in pairs:
                sender.terminate()
            pump([self.stream], lambda: all(receiver.ended for _, receiver in pairs), "sessions to end")
            self.parties.clear()


class BrokeredLoad:
    """A load whose streams are sessions that Thingle brokers."""

    def __init__(self, thingle):
        self.thingle, self.load, self.pairs = thingle, None, []

    def open(self, sessions):
        self.pairs, sockets = self.thingle.hub.broker(sessions)
        handles = [[sockets[party.me].fileno() for party in pair] for pair in self.pairs]
        self.load = Load(self.thingle.bench.load_program, ["pairs", *(f"{one}:{two}" for one, two in handles)],
                         descriptors=[each for pair in handles for each in pair])
        for each in sockets.values():
            each.close()

    @property
    def pid(self):
        return self.load.pid

    def run(self, nbytes, seconds):
        return self.load.run(nbytes, seconds)

    def ask(self, *words):
        return self.load.ask(*words)

    def close(self):
        if self.load:
            self.load.close()
            self.thingle.hub.end(self.pairs)


class FileThingle(Thingle):
    """Behind the bench's own server; its load is one of brokered sessions."""

    warm_seconds = 1        # before each sample; it has run for WARM_SECONDS before the first one

    def start(self):
        self.server = xmpp.ComponentServer()
        super().start(self.server.port, lambda: self.server.accept(GATEWAY))
        self.connection = self.server.connection
        self.hub = Hub(self.server)

    def stop(self):
        super().stop()
        if getattr(self, "server", None):
            self.server.close()

    @contextlib.contextmanager
    def load(self):
        load = BrokeredLoad(self)
        try:
            yield load
        finally:
            load.close()


class Proxied:
    """The same server as a proxy (XEP-0065)."""

    name, title = "proxied", "proxied stream"
    warm_seconds = 1

    def __init__(self, thingle):
        self.thingle = thingle

    @property
    def pid(self):
        return self.thingle.pid

    @contextlib.contextmanager
    def load(self):
        handle = self.thingle.connection.fileno()
        with self.thingle.server.in_use():
            load = Load(self.thingle.bench.load_program,
                        ["socks5", self.thingle.port, handle, GATEWAY, f"alice@{USERS}/bench", f"bob@{USERS}/bench"],
                        descriptors=[handle])
            try:
                yield load
            finally:
                load.close()


class Files:
    """Sessions whose two legs are both SOCKS5."""

    name, what, repeat = "files", "sessions over SOCKS5: CPU per GB, memory, a thousand at once", 9

    def __init__(self, bench):
        self.bench = bench
        self.thingle = FileThingle(bench)
        self.proxied = Proxied(self.thingle)

    def prepare(self):
        self.thingle.prepare()
        self.bench.load_program = compile_c(self.bench.scratch, "load", SOURCES)

    def versions(self):
        return [self.thingle.version()]

    def measure(self):
        self.cpu()
        for _ in self.bench.repeats(self)[:FEW]:
            for state in STATES:
                with measure.started(self.thingle):
                    self.bench.keep(f"files {state}", "thingle", self.memory(state))

    def cpu(self):
        seconds = 0.5 if self.bench.options.quick else CPU_SECONDS
        with measure.started(self.thingle):
            for peer in (self.proxied, self.thingle):
                with peer.load() as load:
                    load.open(16)
                    load.run(measure.LONG, WARM_SECONDS)
            for repeat in self.bench.repeats(self):
                for streams in STREAMS:
                    for peer in ((self.proxied, self.thingle), (self.thingle, self.proxied))[repeat % 2]:
                        self.bench.keep(f"files cpu {streams}", peer.name,
                                        measure.cpu(peer, streams, CPU_BYTES, seconds, self.bench.say))

    def memory(self, state):
        """What each of many sessions that have carried a little adds to a server that is in this state."""
        with self.thingle.load() as load:
            load.open(FEW_SESSIONS if state == "fresh" else SESSIONS)
            load.ask("touch", measure.TOUCH_BYTES)

        def look():
            if state == "collected":
                self.thingle.collect_garbage()
            time.sleep(measure.SETTLE_SECONDS)
            heap = self.thingle.live_heap_bytes() if state == "collected" else 0
            return {"bytes": resident_bytes(self.thingle.pid), "descriptors": descriptors(self.thingle.pid), "heap": heap}

        before = look()
        with self.thingle.load() as load:
            load.open(SESSIONS)
            received, = load.ask("touch", measure.TOUCH_BYTES)
            after = look()
        sample = {figure: (after[figure] - before[figure]) / SESSIONS for figure in before}
        return sample | {"carried": int(received) / measure.TOUCH_BYTES}

    def sections(self):
        samples = self.bench.samples
        cpu = [[str(streams), title, *(report.spread(found, figure, digits) for figure, digits in
                                       (("cpu", 3), ("softirq", 3), ("throughput", 2)))]
               for streams in STREAMS for name, title in (("thingle", "brokered file"), ("proxied", self.proxied.title))
               if (found := samples.get((f"files cpu {streams}", name)))]
        memory = [[state, report.spread(found, "bytes", 2, 1 / 1024),
                   report.spread(found, "heap", 2, 1 / 1024) if state == "collected" else "–",
                   report.spread(found, "descriptors", 2), report.spread(found, "carried", 0)]
                  for state in STATES if (found := samples.get((f"files {state}", "thingle")))]
        return [("Files from socket to socket", ["streams", "as", "CPU s/GB", "ksoftirqd s/GB", "GB/s"], cpu),
                (f"Memory of a brokered file session, {SESSIONS:,} at once",
                 ["server", "KiB per session", "of it live heap", "fds per session", "sessions that carried"], memory)]

    def goals(self):
        return broker_goals.of_files(self.bench.samples, STREAMS, STATES, SESSIONS)
