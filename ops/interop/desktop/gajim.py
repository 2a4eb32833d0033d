#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Runs an unmodified Gajim (1.7 or 1.8) on a desktop of its own, and in it a plugin that presses its buttons.

Prints what the plugin does and sees (gajim_plugin.py says what), until it is ended by SIGTERM.
"""

import argparse
import json
import pathlib
import sqlite3
import sys

from session import Session, end_in_order

HERE = pathlib.Path(__file__).parent
MANIFEST = {
    "name": "Driver", "short_name": "driver", "version": "1.0.0", "description": "", "authors": [], "homepage": "",
    "config_dialog": False, "platforms": ["linux"], "requirements": ["gajim>=1.7,<1.9"],
}


def settings(arguments):
    """What its dialogs would set: an account that logs in without TLS, devices that need no hardware, no sounds."""
    user, domain = arguments.jid.split("@")
    app = {
        "use_keyring": False, "show_main_window_on_startup": "always", "show_notifications": False, "sounds_on": False,
        "check_for_update": False, "plugins_update_check": False, "plugins_auto_update": False,
        "file_transfers_port": arguments.files_port, "audio_input_device": "audiotestsrc is-live=true name=gajim_vol",
        "audio_output_device": "fakesink",
        "video_input_device": "videotestsrc is-live=true ! video/x-raw,framerate=10/1 ! videoconvert",
    }
    account = {
        "active": True, "autoconnect": True, "autoauth": True, "savepass": True, "sync_with_global_status": True,
        "account_label": "account", "name": user, "hostname": domain, "address": arguments.jid,
        "password": arguments.password, "resource": "gajim", "client_cert": "", "use_custom_host": True,
        "custom_host": "127.0.0.1", "custom_port": arguments.port, "custom_type": "PLAIN", "use_plain_connection": True,
        "confirm_unencrypted_connection": False,
    }
    general = {"app": app, "soundevents": {}, "status_presets": {}, "proxies": {}, "workspaces": {"all": {}},
               "plugins": {"driver": {"active": True}}}
    return general, {"account": account, "contact": {}, "group_chat": {}}


def profile(session, arguments):
    file = session.write("profile/settings.sqlite", "")
    general, account = settings(arguments)
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE settings (name TEXT UNIQUE, settings TEXT)")
        db.execute("CREATE TABLE account_settings (account TEXT UNIQUE, settings TEXT)")
        rows = [(name, json.dumps(each)) for name, each in general.items()]
        db.executemany("INSERT INTO settings VALUES (?, ?)", rows)
        db.execute("INSERT INTO account_settings VALUES (?, ?)", ("account", json.dumps(account)))
        db.execute("PRAGMA user_version = 5")
    session.write("profile/plugins/driver/__init__.py", (HERE / "gajim_plugin.py").read_text())
    session.write("profile/plugins/driver/plugin-manifest.json", json.dumps(MANIFEST))
    return file.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("role", choices=["look", "send"])
    parser.add_argument("--port", type=int, required=True, help="of the XMPP server on 127.0.0.1")
    parser.add_argument("--jid", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--contact", required=True, help="bare JID to befriend")
    parser.add_argument("--files-port", type=int, required=True, help="to take files' sockets at")
    parser.add_argument("--size", type=int, default=0, help="bytes to send")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another file")
    arguments = parser.parse_args()
    end_in_order()
    with Session(arguments.jid.split("@")[1], arguments.port) as session:
        folder = profile(session, arguments)
        drive = {"role": arguments.role, "contact": arguments.contact}
        if arguments.size:
            drive["file"] = str(session.payload("files/to-send.bin", arguments.size, arguments.seed))
        gajim = session.start("gajim", "--separate", "--config-path", str(folder), stderr=sys.stdout,
                              environment={"DRIVE": json.dumps(drive), "PYTHONUNBUFFERED": "1"})
        return gajim.wait()


if __name__ == "__main__":
    sys.exit(main())
