# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""How much longer a stanza of Jingle takes through the gateway than between two clients of the same Prosody."""

import contextlib
import statistics
import time

import broker_goals
import report
from broker_inband import Client, Transfer
from broker_party import FILES
from broker_servers import GATEWAY, Prosody, Thingle
from broker_stanzas import attribute, pump
from load import SOURCES, Load, after_others, compile_c
from machine import wait_until_quiet
from measure import LONG, quantile

PROBES, QUICK_PROBES, WARM_PROBES = 2000, 200, 3000
BUSY_STREAMS, BUSY_WARM_SECONDS = 16, 6
STATES = ("idle", "busy")
CHECKSUM = (f"<checksum xmlns='{FILES}' creator='initiator' name='file'><file><hash xmlns='urn:xmpp:hashes:2' "
            "algo='sha-256'>kHp5RSzW/h7Gm1etSf90Mr5PC/k=</hash></file></checksum>")


class Delay:
    """session-info actions (XEP-0166), one at a time, directly and through the gateway in turns."""

    name, what, repeat = "delay", "what the gateway adds to the delay of a stanza", 3

    def __init__(self, bench):
        self.bench = bench
        self.thingle, self.prosody = Thingle(bench), Prosody(bench)

    def prepare(self):
        for peer in (self.thingle, self.prosody):
            peer.prepare()
        self.bench.load_program = compile_c(self.bench.scratch, "load", SOURCES)

    def versions(self):
        return [self.thingle.version(), self.prosody.version()]

    def measure(self):
        try:
            self.prosody.start()
            self.thingle.start(self.prosody.component)
            self.probe_all()
        finally:
            self.thingle.stop()
            self.prosody.stop()

    def probe_all(self):
        probes = QUICK_PROBES if self.bench.options.quick else PROBES
        self.clients = Client(self.prosody), Client(self.prosody)
        transfer = Transfer(self.clients, "in-band to in-band", 0)
        self.probe(transfer, WARM_PROBES)
        for _ in self.bench.repeats(self):
            for state in STATES:
                with self.load() if state == "busy" else contextlib.nullcontext():
                    if state == "idle":
                        wait_until_quiet(self.bench.say)
                    self.keep(state, self.probe(transfer, probes))
        transfer.end()

    @contextlib.contextmanager
    def load(self):
        """Streams through the same Thingle, as fast as they go; they give way to the probes on the load's core only."""
        connection, jid = self.prosody.log_in()
        load = Load(self.bench.load_program,
                    ["socks5", self.thingle.port, connection.fileno(), GATEWAY, jid, self.clients[0].jid],
                    descriptors=[connection.fileno()], first_of_all=after_others)
        try:
            load.open(BUSY_STREAMS)
            load.tell("run", LONG, 3600)
            time.sleep(BUSY_WARM_SECONDS)
            yield
        finally:
            load.child.kill()
            load.close()
            connection.close()

    def probe(self, transfer, probes):
        """Seconds that each of so many stanzas took, by way."""
        sender, receiver = transfer.sender, transfer.receiver
        contact = sender.peer
        arrived, taken = {}, {"direct": [], "through": []}
        take = receiver.take

        def note(stanza):
            if "<checksum" in stanza:
                arrived[attribute(stanza, "from").split("/")[0]] = time.monotonic()
            take(stanza)

        receiver.take = note
        answered = []
        sender.on_answer = answered.append
        for number in range(probes):
            for way in taken:
                sender.peer = receiver.me if way == "direct" else contact
                arrived.clear()
                answered.clear()
                begun = time.monotonic()
                sender.info(CHECKSUM, f"b-{number}")
                pump(transfer.streams, lambda: arrived and answered, "a stanza")
                taken[way].append(next(iter(arrived.values())) - begun)
        sender.peer, sender.on_answer, receiver.take = contact, None, take
        return taken

    def keep(self, state, taken):
        usual = statistics.median(taken["direct"])
        for way, seconds in taken.items():
            millis = sorted(each * 1000 for each in seconds)
            added = [each - usual * 1000 for each in millis]
            self.bench.keep(f"delay {state}", way, {
                "p50": quantile(millis, 0.5), "p99": quantile(millis, 0.99), "max": millis[-1],
                "added p50": quantile(added, 0.5), "added p99": quantile(added, 0.99)})

    def sections(self):
        figures = ("p50", "p99", "max", "added p50", "added p99")
        rows = [[state, way, *(report.spread(found, figure, 2) for figure in figures)]
                for state in STATES for way in ("direct", "through")
                if (found := self.bench.samples.get((f"delay {state}", way)))]
        head = ["Thingle", "way", "p50", "p99", "max", "p50 above direct's p50", "p99 above it"]
        return [("Delay of a stanza from client to client on Prosody (ms)", head, rows)]

    def goals(self):
        return broker_goals.of_delay(self.bench.samples, STATES)
