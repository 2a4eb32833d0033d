# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Answers per second to XEP-0215 over one component link, and how long one takes at half the rate that is asked for."""

import contextlib
import statistics

import processes
import report
import thingle
import xmpp
from load import Load, compile_c
from machine import Meter, QUIET, wait_until_quiet
from processes import Trouble, free_port

NAMESPACE = "urn:xmpp:extdisco:2"
QUESTIONS = {       # what is asked: the request's payload
    "all services": f"<services xmlns='{NAMESPACE}'/>",
    "credentials of one":
        f"<credentials xmlns='{NAMESPACE}'><service host='127.0.0.1' type='turn' transport='udp'/></credentials>",
}
ANSWERS_PER_SECOND = 5_000
P99_MILLIS = 10
WINDOW = 64                 # requests under way in the closed loop
WARM_SECONDS = 10           # of each question, until the JVM has compiled what it runs, on the one core that it has
ATTEMPTS = 3
PATIENCE_SECONDS = 10       # for a quiet moment before each try


class ThingleSignaling(thingle.Thingle):
    """As it ships, but that it lets one user ask as often as he likes."""

    domain = "bench.localhost"

    def start(self):
        folder = self.folder()
        call_port, tls_port = free_port(), free_port()
        self.server = xmpp.ComponentServer()
        (folder / "thingle.conf").write_text(f"""
thingle {{
  xmpp {{ port = {self.server.port}, jid = "{self.proxy}", secret = "{xmpp.SECRET}" }}
  public-addresses = ["127.0.0.1"]
  state-directory = "{folder}"
  bytestreams {{ listen = ["127.0.0.1:{free_port()}"], threads = 1 }}
  turn {{
    udp = ["127.0.0.1:{call_port}"], tcp = ["127.0.0.1:{call_port}"], tls = ["127.0.0.1:{tls_port}"], dtls = []
    shared-secret = "of the bench: 0123456789abcdef0123456789"
    relay-addresses = ["127.0.0.1"]
  }}
  external-services.requests-per-minute = 0
  admin.listen = "127.0.0.1:{free_port()}"
}}
""")
        self.run_server([thingle.LAUNCHER, "run", "--config", folder / "thingle.conf"])
        try:
            self.server.accept(self.proxy)
        except TimeoutError as e:
            raise Trouble(f"Thingle did not connect; its log ends:\n{processes.tail(self.log)}") from e
        processes.await_line("ready", self.child, self.name, self.log)

    @contextlib.contextmanager
    def load(self):
        handle = self.server.connection.fileno()
        with self.server.in_use():
            load = SignalingLoad(self.bench.signaling_load, [handle, self.proxy, self.domain], descriptors=[handle])
            try:
                yield load
            finally:
                load.close()

    def stop(self):
        if self.child:
            processes.stop(self.child)
            self.child = None
        self.server.close()


class SignalingLoad(Load):
    """One running load over one component link (signaling-load.c)."""

    def __init__(self, program, arguments, descriptors):
        super().__init__(program, [str(each) for each in arguments], descriptors)

    def run(self, question, seconds, rate=0):
        """Asks at this rate, or as fast as answers come; returns answers, seconds, bytes and times in milliseconds."""
        words = map(int, self.ask("run", NAMESPACE, rate, seconds, WINDOW, QUESTIONS[question]))
        answers, nanos, nbytes, *times = words
        return {"answers": answers, "rate": answers / (nanos / 1e9), "bytes": nbytes / answers,
                **{name: value / 1e6 for name, value in zip(("p50", "p99", "p99.9", "longest"), times)}}


class Answers:
    """Thingle asked for services and credentials by ten thousand users."""

    name, what, repeat = "answers", "answers per second and time of an answer", 3

    def __init__(self, bench):
        self.bench = bench
        self.server = ThingleSignaling(bench)

    def prepare(self):
        self.server.prepare()
        self.bench.signaling_load = compile_c(self.bench.scratch, "signaling-load", ["signaling-load.c"])

    def versions(self):
        return [self.server.version()]

    def measure(self):
        self.server.start()
        try:
            with self.server.load() as load:
                for question in QUESTIONS:
                    load.run(question, 1 if self.bench.options.quick else WARM_SECONDS)
            self.bench.say("Thingle is warm")
            for _ in self.bench.repeats(self):
                for question in QUESTIONS:
                    self.bench.keep("highest", question, self.sample(question, 0))
                    self.bench.keep("paced", question, self.sample(question, ANSWERS_PER_SECOND / 2))
        finally:
            self.server.stop()

    def sample(self, question, rate):
        """Rate, times, and CPU microseconds per answer. Disturbed tries are repeated; the least disturbed one counts."""
        tries = []
        seconds = self.bench.options.seconds
        while len(tries) < ATTEMPTS and not (tries and tries[-1]["others"] < QUIET):
            wait_until_quiet(self.bench.say, PATIENCE_SECONDS)
            with self.server.load() as load:
                load.run(question, seconds / 5, rate)
                meter = Meter(self.server.pid, [load.pid])
                seen = load.run(question, seconds, rate)
                cpu, softirq, others = meter.stop()
            micros = 1e6 / seen["answers"]
            tries.append(seen | {"cpu": cpu * micros, "softirq": softirq * micros, "others": others})
        return min(tries, key=lambda sample: sample["others"])

    def rows(self, measurement, *figures):
        """A row for each question: its figures, and the share of a core that others used."""
        for question in QUESTIONS:
            if samples := self.bench.samples.get((measurement, question)):
                yield [question, *(report.spread(samples, figure, digits) for figure, digits in figures),
                       f"{max(sample['others'] for sample in samples):.0%}"]

    def sections(self):
        cpu = [("cpu", 1), ("softirq", 2)]
        head = ["CPU us/answer", "ksoftirqd us", "others"]
        return [
            (f"XEP-0215 answers, {WINDOW} requests under way", ["asked for", "answers/s", "bytes/answer", "p99 ms", *head],
             list(self.rows("highest", ("rate", 0), ("bytes", 0), ("p99", 2), *cpu))),
            (f"Time of an answer at {ANSWERS_PER_SECOND // 2:,}/s, evenly spaced (ms)",
             ["asked for", "p50", "p99", "p99.9", "longest", *head],
             list(self.rows("paced", ("p50", 2), ("p99", 2), ("p99.9", 2), ("longest", 1), *cpu)))]

    def goals(self):
        rows = []
        for question in QUESTIONS:
            for measurement, figure, goal, limit, text in (
                    ("highest", "rate", "answers on one core", f"≥ {ANSWERS_PER_SECOND:,}/s", "{:,.0f}/s"),
                    ("paced", "p99", f"p99 at {ANSWERS_PER_SECOND // 2:,}/s", f"< {P99_MILLIS} ms", "{:.2f} ms")):
                if samples := self.bench.samples.get((measurement, question)):
                    value = statistics.median(sample[figure] for sample in samples)
                    reached = value >= ANSWERS_PER_SECOND if figure == "rate" else value < P99_MILLIS
                    rows.append([f"{goal}, {question}", limit, text.format(value), "yes" if reached else "NO"])
        return rows
