# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""How soon a call's first picture is there in a browser: Thingle by delegation beside coturn with mod_turn_external."""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import shutil
import statistics
import subprocess
import time
from pathlib import Path

import processes
import report
import thingle
from load import compile_c
from machine import CORES, LOAD_CORE, wait_until_quiet
from peers import Peer
from processes import Trouble, free_port, output
from turn_load import LOAD_SOURCES, TurnLoad

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE.parent / "interop" / "chromium"
SECRET = "of the bench: 0123456789abcdef0123456789"
PASSWORD = "wonderland"
WARM_ANSWERS, WARM_ALLOCATIONS, WARM_CALLS = 3000, 10_000, 3   # of each server, until what runs has been compiled
PICTURE_MILLIS = 50         # between two pictures of the browser's made-up camera
WITHOUT = "or leave calls out with --only answers"
FIGURES = ("total", "answer", "open")


class Prosody(Peer):
    """One server for both: each of its domains tells its users of one relay."""

    name = title = needs = "prosody"

    def version(self):
        return output("prosodyctl", "about").split("\n")[0]

    def start(self, relays):
        folder = self.folder()
        self.http, self.component = free_port(), free_port()
        for relay in relays:
            accounts = folder / "data" / relay.domain.replace(".", "%2e").replace("-", "%2d") / "accounts"
            accounts.mkdir(parents=True)
            for user in ("alice", "bob"):
                (accounts / f"{user}.dat").write_text(f'return {{ password = "{PASSWORD}" }};')
        (folder / "prosody.cfg.lua").write_text(f"""
run_as_root = true
pidfile = "{folder}/pid"
data_path = "{folder}/data"
log = {{ info = "*console" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {free_port()} }}
c2s_direct_tls_ports = {{}}
component_ports = {{ {self.component} }}
http_ports = {{ {self.http} }}
https_ports = {{}}
http_default_host = "{relays[0].domain}"
modules_enabled = {{ "disco", "saslauth", "websocket" }}
modules_disabled = {{ "s2s", "tls" }}
authentication = "internal_plain"
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
consider_websocket_secure = true
""" + "\n".join(relay.host() for relay in relays))
        self.run_server(["prosody", "-F", "--config", folder / "prosody.cfg.lua"])
        processes.await_port(self.http, self.child, self.name, self.log)
        processes.await_port(self.component, self.child, self.name, self.log)


class Relay(Peer):
    """A TURN server with a domain of its own; its realm is the domain's name."""

    domain = ""

    def __init__(self, bench):
        super().__init__(bench)
        self.port = free_port()

    @contextlib.contextmanager
    def load(self):
        """The load of the TURN bench, with time-limited credentials."""
        username = f"{int(time.time()) + 86400}:bench"
        password = base64.b64encode(hmac.new(SECRET.encode(), username.encode(), hashlib.sha1).digest()).decode()
        key = hashlib.md5(f"{username}:{self.domain}:{password}".encode()).hexdigest()
        load = TurnLoad(self.bench.turn_load, [str(self.port), username, key])
        try:
            yield load
        finally:
            load.close()


class Thingle(Relay):
    """As it ships, but for loopback, free ports and limits on one user who asks for everything."""

    name, title, domain = "thingle", "Thingle and mod_delegation", "thingle.localhost"

    prepare = thingle.Thingle.prepare
    version = thingle.Thingle.version

    def host(self):
        return f"""
VirtualHost "{self.domain}"
  modules_enabled = {{ "delegation" }}
  delegations = {{ ["urn:xmpp:extdisco:2"] = {{ jid = "proxy.{self.domain}" }} }}
Component "proxy.{self.domain}"
  component_secret = "{SECRET}"
  modules_enabled = {{ "delegation" }}
"""

    def start(self, component_port):
        folder = self.folder()
        (folder / "thingle.conf").write_text(f"""
thingle {{
  xmpp {{ port = {component_port}, jid = "proxy.{self.domain}", secret = "{SECRET}" }}
  public-addresses = ["127.0.0.1"]
  state-directory = "{folder}"
  bytestreams.listen = ["127.0.0.1:{free_port()}"]
  turn {{
    udp = ["127.0.0.1:{self.port}"], tcp = [], tls = [], dtls = []
    realm = "{self.domain}"
    shared-secret = "{SECRET}"
    limits {{ allocations-per-user = 0, allocations-per-address = 0, challenges-per-network = 0 }}
  }}
  external-services.requests-per-minute = 0
  admin.listen = "127.0.0.1:{free_port()}"
}}
""")
        self.run_server([thingle.LAUNCHER, "run", "--config", folder / "thingle.conf"])
        processes.await_line("ready", self.child, self.name, self.log)


class Coturn(Relay):
    """Debian's, with mod_turn_external of Prosody."""

    name, title, needs, domain = "coturn", "coturn and mod_turn_external", "turnserver", "coturn.localhost"

    def version(self):
        return "coturn " + output("dpkg-query", "-W", "-f", "${Version}", "coturn")

    def host(self):
        return f"""
VirtualHost "{self.domain}"
  modules_enabled = {{ "turn_external" }}
  turn_external_host = "127.0.0.1"
  turn_external_port = {self.port}
  turn_external_secret = "{SECRET}"
"""

    def start(self, _component_port):
        folder = self.folder()
        self.run_server([
            "turnserver", "-n", "--listening-ip", "127.0.0.1", "--relay-ip", "127.0.0.1", "--listening-port", self.port,
            "--use-auth-secret", "--static-auth-secret", SECRET, "--realm", self.domain, "--allow-loopback-peers",
            "--no-tls", "--no-dtls", "--no-cli", "--no-rfc5780", "--simple-log", "--no-stdout-log",
            "--log-file", folder / "log", "--pidfile", folder / "pid", "--userdb", folder / "users"])
        processes.await_port(self.port, self.child, self.name, self.log)


class Browser:
    """Chromium with alice and bob of each domain, logged in; on both cores, as it needs more than one."""

    def __init__(self, prosody, relays):
        self.log = prosody.folder() / "browser.log"
        self.child = processes.start(
            ["node", HERE / "signaling-call.mjs", f"ws://localhost:{prosody.http}/xmpp-websocket", PASSWORD,
             *(relay.domain for relay in relays)], LOAD_CORE,
            first_of_all=lambda: os.sched_setaffinity(0, CORES), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=open(self.log, "ab"), text=True)
        self.hear()

    def hear(self):
        line = self.child.stdout.readline().strip()
        if not line:
            raise Trouble(f"the browser ended; its log ends:\n{processes.tail(self.log)}")
        return line

    def do(self, command, relay, number):
        print(command, relay.domain, number, file=self.child.stdin, flush=True)
        done = json.loads(self.hear())
        if "failed" in done:
            raise Trouble(f"{relay.name}: {done['failed']}")
        return done

    def close(self):
        self.child.stdin.close()
        processes.stop(self.child)


class Calls:
    """Two users of a domain, each of whom asks for services and then may only be reached through the relay."""

    name, what, repeat = "calls", "time from asking for services to the first picture in a browser", 10

    def __init__(self, bench):
        self.bench = bench
        self.prosody, self.relays = Prosody(bench), [Thingle(bench), Coturn(bench)]

    def prepare(self):
        for peer in (self.prosody, *self.relays):
            peer.prepare()
        self.bench.turn_load = compile_c(self.bench.scratch, "turn-load", LOAD_SOURCES)
        for tool, package in (("chromium", "chromium"), ("node", "nodejs npm")):
            if not shutil.which(tool):
                raise Trouble(f"{tool} is missing; try: apt-get install {package}, {WITHOUT}")
        if not (SCRIPTS / "node_modules" / "strophe.js").exists():
            raise Trouble(f"what drives the browser is missing; try: npm install --prefix {SCRIPTS}, {WITHOUT}")
        if not output("find", "/usr/lib/prosody", "-name", "mod_delegation*", "-print", "-quit"):
            raise Trouble(f"mod_delegation is missing; try: apt-get install prosody-modules, {WITHOUT}")

    def versions(self):
        chromium = output("chromium", "--version").split("built on")[0].strip()
        return [*(peer.version() for peer in (*self.relays, self.prosody)), chromium]

    def measure(self):
        self.prosody.start(self.relays)
        for relay in self.relays:
            relay.start(self.prosody.component)
        browser = Browser(self.prosody, self.relays)
        try:
            self.warm_up(browser)
            repeats = self.bench.repeats(self)
            for i in repeats:
                pause = PICTURE_MILLIS * i / len(repeats)       # so that no server has the luck of the camera's clock
                for relay in self.relays[::-1] if i % 2 else self.relays:     # neither is always the first of two
                    wait_until_quiet(self.bench.say)
                    self.bench.keep("calls", relay.name, browser.do("call", relay, pause))
        finally:
            browser.close()
            for peer in (*self.relays, self.prosody):
                peer.stop()

    def warm_up(self, browser):
        share = 0.05 if self.bench.options.quick else 1
        for relay in self.relays:
            browser.do("ask", relay, int(WARM_ANSWERS * share))
            with relay.load() as load:
                for _ in range(int(WARM_ALLOCATIONS * share) // 100):
                    load.open(100, bind=False)
                    load.end_allocations()
            for _ in range(1 if self.bench.options.quick else WARM_CALLS):
                browser.do("call", relay, 0)
        self.bench.say("both are warm")

    def samples(self, relay):
        return self.bench.samples.get(("calls", relay.name), [])

    def sections(self):
        rows = [[relay.title, *(report.spread(self.samples(relay), figure, 0) for figure in FIGURES),
                 str(len(self.samples(relay)))] for relay in self.relays if self.samples(relay)]
        head = ["relay", "asked to first picture", "answer to XEP-0215", "offer to open data channel", "calls"]
        return [("Set-up of a call in a browser (ms)", head, rows)]

    def goals(self):
        if not all(map(self.samples, self.relays)):
            return []
        ours, theirs = (statistics.median(call["total"] for call in self.samples(relay)) for relay in self.relays)
        verdict = "yes" if ours <= theirs else "NO"
        limit = "≤ coturn's and mod_turn_external's"
        return [["time to the first picture of a call", limit, f"{ours / theirs:.3f} ×", verdict]]
