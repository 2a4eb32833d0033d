# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""The bytestream proxies inside XMPP servers: Prosody's and ejabberd's mod_proxy65, each in a private server."""

import contextlib
import os
import re
from pathlib import Path

import processes
import xmpp
from load import Load
from peers import Peer
from processes import free_port, output


class Socks5Peer(Peer):
    """Takes two SOCKS5 connections per stream, and an activation through XMPP."""

    socks5 = True
    target = "target@bench.localhost/load"

    @contextlib.contextmanager
    def load(self, order=None):
        """A load; `order` is before_others or after_others where two share the core."""
        handle = self.connection.fileno()
        load = Load(self.bench.load_program, ["socks5", self.port, handle, self.proxy, self.requester, self.target],
                    descriptors=[handle], first_of_all=order)
        try:
            yield load
        finally:
            load.close()

    def stop(self):
        super().stop()
        if getattr(self, "connection", None):
            self.connection.close()
            self.connection = None


class Prosody(Socks5Peer):
    name, title, needs = "prosody", "Prosody mod_proxy65", "prosody"
    proxy = "proxy.localhost"

    def version(self):
        return "Prosody " + output("dpkg-query", "-W", "-f", "${Version}", "prosody")

    def start(self):
        folder = self.folder()
        self.port, client_port = free_port(), free_port()
        (folder / "prosody.cfg.lua").write_text(f"""
run_as_root = true
pidfile = "{folder}/pid"
data_path = "{folder}"
log = {{ warn = "*console" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {client_port} }}
c2s_direct_tls_ports = {{}}
proxy65_ports = {{ {self.port} }}
modules_enabled = {{ "saslauth" }}
modules_disabled = {{ "s2s", "tls" }}
authentication = "anonymous"
c2s_require_encryption = false
VirtualHost "localhost"
Component "{self.proxy}" "proxy65"
  proxy65_address = "127.0.0.1"
""")
        self.run_server(["prosody", "-F", "--config", folder / "prosody.cfg.lua"])
        processes.await_port(self.port, self.child, self.name, self.log)
        processes.await_port(client_port, self.child, self.name, self.log)
        self.connection, self.requester = xmpp.log_in(client_port, "localhost")


class Ejabberd(Socks5Peer):
    name, title, needs = "ejabberd", "ejabberd mod_proxy65", "ejabberdctl"
    proxy = "proxy.localhost"
    window = 8              # its queue of new connections is short: more at once wait for TCP to try again

    def version(self):
        return "ejabberd " + output("dpkg-query", "-W", "-f", "${Version}", "ejabberd")

    def start(self):
        folder = self.folder()
        (folder / "spool").mkdir()
        self.port, client_port = free_port(), free_port()
        (folder / "ejabberd.yml").write_text(f"""
hosts: [localhost]
loglevel: error
auth_method: anonymous
anonymous_protocol: sasl_anon
listen:
  - {{port: {client_port}, ip: "127.0.0.1", module: ejabberd_c2s, starttls: false, shaper: none}}
modules:
  mod_disco: {{}}
  mod_proxy65: {{host: {self.proxy}, ip: "127.0.0.1", port: {self.port}, access: all}}
""")
        # A node without a name needs neither epmd nor the user that ejabberdctl changes to.
        self.run_server(
            ["erl", "-noinput", "+K", "true", "-mnesia", "dir", f'"{folder}/spool"', "-s", "ejabberd"],
            env=os.environ | {
                "HOME": str(folder), "ERL_LIBS": erlang_libraries(), "ERL_CRASH_DUMP_BYTES": "0",
                "EJABBERD_CONFIG_PATH": str(folder / "ejabberd.yml"), "EJABBERD_LOG_PATH": str(folder / "ejabberd.log")})
        processes.await_port(self.port, self.child, self.name, self.log)
        processes.await_port(client_port, self.child, self.name, self.log)
        self.connection, self.requester = xmpp.log_in(client_port, "localhost")


def erlang_libraries():
    """Debian's folder differs by architecture; its own start script knows it."""
    script = Path("/usr/sbin/ejabberdctl").read_text()
    line = re.search(r"^ERL_LIBS='(.*)'$", script, re.M)
    return line[1] if line else ""
