# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Prosody and ejabberd with a gateway for their users, and Thingle as that gateway."""

import os

import processes
import thingle
import xmpp
from peers import Peer
from processes import free_port, output
from proxies import erlang_libraries

DOMAIN, GATEWAY = "localhost", "proxy.localhost"


class Server(Peer):
    """Takes anonymous clients and one component, without limits on their rates."""

    def log_in(self):
        return xmpp.log_in(self.port, DOMAIN)


class Prosody(Server):
    name, title, needs = "prosody", "Prosody", "prosody"

    def version(self):
        return "Prosody " + output("dpkg-query", "-W", "-f", "${Version}", "prosody")

    def start(self):
        folder = self.folder()
        self.port, self.component = free_port(), free_port()
        (folder / "prosody.cfg.lua").write_text(f"""
run_as_root = true
pidfile = "{folder}/pid"
data_path = "{folder}"
log = {{ warn = "*console" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {self.port} }}
c2s_direct_tls_ports = {{}}
component_ports = {{ {self.component} }}
modules_enabled = {{ "saslauth" }}
modules_disabled = {{ "s2s", "tls" }}
authentication = "anonymous"
c2s_require_encryption = false
VirtualHost "{DOMAIN}"
Component "{GATEWAY}"
  component_secret = "{xmpp.SECRET}"
""")
        self.run_server(["prosody", "-F", "--config", folder / "prosody.cfg.lua"])
        processes.await_port(self.component, self.child, self.name, self.log)
        processes.await_port(self.port, self.child, self.name, self.log)


class Ejabberd(Server):
    name, title, needs = "ejabberd", "ejabberd", "ejabberdctl"

    def version(self):
        return "ejabberd " + output("dpkg-query", "-W", "-f", "${Version}", "ejabberd")

    def start(self):
        folder = self.folder()
        (folder / "spool").mkdir()
        self.port, self.component = free_port(), free_port()
        (folder / "ejabberd.yml").write_text(f"""
hosts: [{DOMAIN}]
loglevel: error
auth_method: anonymous
anonymous_protocol: sasl_anon
listen:
  - {{port: {self.port}, ip: "127.0.0.1", module: ejabberd_c2s, starttls: false, shaper: none}}
  - {{port: {self.component}, ip: "127.0.0.1", module: ejabberd_service, shaper_rule: none,
     hosts: {{{GATEWAY}: {{password: {xmpp.SECRET}}}}}}}
modules:
  mod_disco: {{}}
""")
        # A node without a name needs neither epmd nor the user that ejabberdctl changes to.
        self.run_server(
            ["erl", "-noinput", "+K", "true", "-mnesia", "dir", f'"{folder}/spool"', "-s", "ejabberd"],
            env=os.environ | {
                "HOME": str(folder), "ERL_LIBS": erlang_libraries(), "ERL_CRASH_DUMP_BYTES": "0",
                "EJABBERD_CONFIG_PATH": str(folder / "ejabberd.yml"), "EJABBERD_LOG_PATH": str(folder / "ejabberd.log")})
        processes.await_port(self.component, self.child, self.name, self.log)
        processes.await_port(self.port, self.child, self.name, self.log)


class Thingle(thingle.Thingle):
    """As it ships, but for loopback, free ports, and limits on one user who does everything."""

    stop = Peer.stop

    def start(self, component_port, let_in=lambda: None):
        """`let_in` is called when it has been started, and does what lets it be ready."""
        folder = self.folder()
        self.port = free_port()
        (folder / "thingle.conf").write_text(f"""
thingle {{
  xmpp {{ port = {component_port}, jid = "{GATEWAY}", secret = "{xmpp.SECRET}" }}
  public-addresses = ["127.0.0.1"]
  state-directory = "{folder}"
  bytestreams {{
    listen = ["127.0.0.1:{self.port}"]
    threads = 1
    limits {{ streams = 0, streams-per-jid = 0, parked = 0, parked-per-address = 0 }}
  }}
  gateway {{ enabled = on, calls = off, contacts-per-jid = 0, sessions-per-jid = 0, sessions = 0 }}
  access.allow = ["*"]
  admin.listen = "127.0.0.1:{free_port()}"
  turn.enabled = off
}}
""")
        self.run_server([thingle.LAUNCHER, "run", "--config", folder / "thingle.conf"])
        let_in()
        processes.await_line("ready", self.child, self.name, self.log)
