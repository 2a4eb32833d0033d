#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Runs an unmodified Dino (0.4) on a desktop of its own, and beside it a user who presses its buttons (dino_user.py).

Prints what the user does and sees, until it is ended by SIGTERM. Dino looks its server up and wants TLS: the domain
must end with ".onion", where it takes a certificate that nobody has signed.
"""

import argparse
import json
import pathlib
import sqlite3
import sys

from session import RESOLV_WRAPPER, Session, end_in_order

HERE = pathlib.Path(__file__).parent


def log_in_later(session, arguments):
    """What its dialog for accounts would leave; Dino makes the other tables."""
    file = session.write("data/dino/dino.db", "")
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE account (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, bare_jid TEXT UNIQUE NOT NULL,"
                   " resourcepart TEXT, password TEXT, alias TEXT, enabled INTEGER, roster_version TEXT,"
                   " mam_earliest_synced INTEGER)")
        db.execute("INSERT INTO account (bare_jid, resourcepart, password, alias, enabled)"
                   " VALUES (?, 'dino', ?, '', 1)", (arguments.jid, arguments.password))
    return file


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("role", choices=["look", "send", "receive", "call", "answer"])
    parser.add_argument("--port", type=int, required=True, help="of the XMPP server on localhost")
    parser.add_argument("--jid", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--contact", required=True, help="bare JID to befriend")
    parser.add_argument("--size", type=int, default=0, help="bytes to send")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another file")
    parser.add_argument("--record", help="file for all stanzas that Dino sends and gets")
    arguments = parser.parse_args()
    end_in_order()
    with Session(arguments.jid.split("@")[1], arguments.port) as session:
        database = log_in_later(session, arguments)
        drive = {"role": arguments.role, "contact": arguments.contact, "database": str(database)}
        if arguments.size:
            drive["file"] = str(session.payload("files/to-send.bin", arguments.size, arguments.seed))
        user = session.write("user.py", (HERE / "dino_user.py").read_text())
        record = open(arguments.record or "/dev/null", "w")
        session.start("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
                      "-L", "module-native-protocol-unix", "-L", "module-null-sink", "-L", "module-sine-source",
                      stdout=record, stderr=record)
        driver = session.start("python3", str(user), json.dumps(drive), stderr=sys.stdout)
        session.start("dino-im", "--print-xmpp=all", stdout=record, stderr=record,
                      environment={"LD_PRELOAD": RESOLV_WRAPPER, "GDK_DEBUG": "portals"})
        return driver.wait()


if __name__ == "__main__":
    sys.exit(main())
