# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Presses Dino's buttons by the accessibility bus, answers its question for a file, and prints one fact a line.

"ready", "contact BUTTON..." (file, call) whenever the buttons that can be pressed have changed, "sending",
"received SIZE SHA256", "calling", "answered", "again STEP WHY" when Dino did not answer.
"""

import hashlib
import json
import pathlib
import sqlite3
import subprocess
import sys
import urllib.parse
import warnings

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib

warnings.simplefilter("ignore", DeprecationWarning)
TURN_MS = 100
BUTTONS = {"Send a file": "file", "Start call": "call"}
CONVERSATION = GLib.Variant("i", 1)
COMPLETE = 0
FILE_CHOOSER = """<node><interface name="org.freedesktop.portal.FileChooser"><method name="OpenFile">
  <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
  <arg type="o" direction="out"/></method></interface></node>"""


def say(*words):
    print(*words, flush=True)


def widgets(widget):
    yield widget
    for index in range(widget.get_child_count()):
        child = widget.get_child_at_index(index)
        if child:
            yield from widgets(child)


def buttons():
    """All that can be pressed, by what they are called or what they explain when the mouse is over them."""
    found = {}
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        for widget in widgets(desktop.get_child_at_index(index)):
            action = widget.get_action_iface()
            if action and action.get_n_actions() and widget.get_state_set().contains(Atspi.StateType.SENSITIVE):
                extents = widget.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
                if extents.width > 0:
                    found[widget.get_description() or widget.get_name().split(" ")[0]] = action
    return found


def press(name):
    button = buttons().get(name)
    return bool(button) and button.do_action(0)


class User:
    def __init__(self, drive):
        self.drive = drive
        self.alive = []
        steps = {"look": [self.see_buttons], "send": [self.see_buttons, self.choose_file, self.confirm_file],
                 "receive": [self.see_file], "call": [self.see_buttons, self.open_calls, self.start_call],
                 "answer": [self.answer_call]}
        self.steps = [self.open_chat, self.befriend, *steps[drive["role"]]]
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        chooser = Gio.DBusNodeInfo.new_for_xml(FILE_CHOOSER).interfaces[0]
        self.bus.register_object("/org/freedesktop/portal/desktop", chooser, self.on_question, None, None)
        Gio.bus_own_name_on_connection(
            self.bus, "org.freedesktop.portal.Desktop", Gio.BusNameOwnerFlags.NONE, None, None)

    def turn(self):
        """Goes on to the next step when this one could be done."""
        try:
            while self.steps and self.steps[0]():
                self.steps.pop(0)
        except GLib.Error as error:
            if self.steps[0] != self.open_chat:
                say("again", self.steps[0].__name__, error.message.replace("\n", " "))
        if self.steps:
            GLib.timeout_add(TURN_MS, self.turn)

    def ask(self, interface, method, arguments):
        return self.bus.call_sync("im.dino.Dino", "/im/dino/Dino", interface, method, arguments, None,
                                  Gio.DBusCallFlags.NO_AUTO_START, 5000, None)

    def activate(self, action, parameter):
        self.ask("org.gtk.Actions", "Activate", GLib.Variant("(sava{sv})", (action, [parameter], {})))

    def rows(self, statement):
        with sqlite3.connect("file:%s?mode=ro" % self.drive["database"], uri=True, timeout=5) as db:
            return db.execute(statement).fetchall()

    # the steps

    def open_chat(self):
        uri = "xmpp:%s?message" % urllib.parse.quote(self.drive["contact"], safe="@")
        self.ask("org.freedesktop.Application", "Open", GLib.Variant("(asa{sv})", ([uri], {})))
        say("ready")
        return True

    def befriend(self):
        if self.rows("SELECT 1 FROM conversation") and self.rows("SELECT 1 FROM entity"):
            self.activate("accept-subscription", CONVERSATION)
            return True
        return False

    def see_buttons(self):
        """COMPAT(Dino, 0.4): it looks for what the contact's client can do when it shows the chat."""
        self.activate("open-conversation", CONVERSATION)
        alive = [short for name, short in BUTTONS.items() if name in buttons()]
        if alive != self.alive:
            say("contact", *alive)
        self.alive = alive
        return {"send": "file", "call": "call"}.get(self.drive["role"]) in alive

    def choose_file(self):
        return press("Send a file")

    def confirm_file(self):
        """By the keyboard: the button is there before it can be pressed, and only keys are taken until then."""
        sent = bool(self.rows("SELECT 1 FROM file_transfer"))
        if sent:
            say("sending")
        elif "Send" in buttons():
            subprocess.run(["xdotool", "key", "Return"], check=True)
        return sent

    def see_file(self):
        for path, state in self.rows("SELECT path, state FROM file_transfer"):
            if state == COMPLETE and path:
                content = (pathlib.Path(self.drive["database"]).parent / "files" / path).read_bytes()
                say("received", len(content), hashlib.sha256(content).hexdigest())
                return True
        return False

    def open_calls(self):
        return press("Start call")

    def start_call(self):
        """The first line of the menu, by the keyboard."""
        calling = bool(self.rows("SELECT 1 FROM call"))
        if calling:
            say("calling")
        else:
            subprocess.run(["xdotool", "key", "Return"], check=True)
        return calling

    def answer_call(self):
        calls = self.rows("SELECT id FROM call")
        if calls:
            self.activate("accept-call", GLib.Variant("(ii)", (1, calls[0][0])))
            say("answered")
        return bool(calls)

    # Dino's question for a file (org.freedesktop.portal.FileChooser)

    def on_question(self, bus, sender, path, interface, method, arguments, invocation):
        token = arguments.unpack()[2].get("handle_token", "t")
        request = "/org/freedesktop/portal/desktop/request/%s/%s" % (sender[1:].replace(".", "_"), token)
        invocation.return_value(GLib.Variant("(o)", (request,)))
        uri = pathlib.Path(self.drive["file"]).as_uri()
        answer = GLib.Variant("(ua{sv})", (0, {"uris": GLib.Variant("as", [uri])}))
        bus.emit_signal(sender, request, "org.freedesktop.portal.Request", "Response", answer)


def main():
    user = User(json.loads(sys.argv[1]))
    GLib.timeout_add(TURN_MS, user.turn)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
