# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Inside Gajim: presses the buttons that a user would, and prints one fact a line.

"ready JID", "contact JID BUTTON..." with the buttons of the contact's chat that can be pressed, "sent SIZE",
"ended REASON", "failed WHY", and "heard STANZA" for each that comes.
"""

import json
import os
import pathlib
import sys
import traceback

from gi.repository import GLib, Gtk
from nbxmpp.protocol import JID

from gajim.common import app, ged
from gajim.plugins import GajimPlugin

TURN_MS = 50
BUTTONS = ["send-file-jingle", "start-voice-call", "start-video-call"]


def say(*words):
    print(*words, flush=True)


def widgets(widget):
    yield widget
    if isinstance(widget, Gtk.Container):
        for child in widget.get_children():
            yield from widgets(child)


def press(label):
    """Presses the first button with this label of all windows; whether there was one that can be pressed."""
    for window in Gtk.Window.list_toplevels():
        for widget in widgets(window):
            if isinstance(widget, Gtk.Button) and widget.get_label() == label and widget.get_mapped() \
                    and widget.is_sensitive():
                widget.clicked()
                return True
    return False


class AutomaticUser(GajimPlugin):
    """Called so because Gajim takes the first name of a module, by the alphabet, which must be the plugin."""

    def init(self):
        self.description = "Presses buttons"
        self.drive = json.loads(os.environ["DRIVE"])
        self.contact = JID.from_string(self.drive["contact"])
        steps = {"look": [], "send": [self.choose_file, self.confirm_file, self.choose_device, self.confirm_file]}
        self.steps = [self.log_in, self.befriend, self.await_capabilities, self.open_chat, self.see_buttons,
                      *steps[self.drive["role"]]]
        events = {"stanza-received": self.on_stanza, "file-completed": self.on_completed,
                  "jingle-disconnected-received": self.on_ended}
        events.update((name, self.on_failed) for name in ["file-error", "file-hash-error", "file-send-error",
                                                          "file-request-error", "jingle-error-received"])
        self.events_handlers = {name: (ged.POSTGUI, handler) for name, handler in events.items()}

    def activate(self):
        sys.excepthook = self.on_exception
        GLib.timeout_add(TURN_MS, self.turn)

    def turn(self):
        """Goes on to the next step when this one could be done."""
        while self.steps and self.steps[0]():
            self.steps.pop(0)
        return bool(self.steps)

    # the steps

    def log_in(self):
        self.account = app.settings.get_accounts()[0]
        return app.window is not None and app.account_is_available(self.account)

    def befriend(self):
        say("ready", app.get_client(self.account).get_own_jid())
        app.get_client(self.account).get_module("Presence").subscribe(self.contact)
        return True

    def await_capabilities(self):
        """COMPAT(Gajim, 1.7): it looks at them when it shows the chat, and not again."""
        return app.get_client(self.account).get_module("Contacts").get_contact(self.contact).is_jingle_available

    def open_chat(self):
        app.window.add_chat(self.account, self.contact, "chat", select=True)
        return True

    def see_buttons(self):
        alive = [name for name in BUTTONS if app.window.get_action_enabled(name)]
        if alive:
            say("contact", self.contact, *alive)
        return bool(alive)

    def choose_file(self):
        uri = pathlib.Path(self.drive["file"]).as_uri()
        app.window.lookup_action("send-file-jingle").activate(GLib.Variant("as", [uri]))
        return True

    def confirm_file(self):
        return press("Send Files")

    def choose_device(self):
        rows = [row for row in widgets(app.window) if type(row).__name__ == "ResourceRow" and row.get_mapped()]
        if rows:
            rows[0].get_parent().select_row(rows[0])
        return bool(rows)

    # what Gajim tells its own windows

    def on_stanza(self, event):
        say("heard", str(event.stanza).replace("\n", " "))

    def on_completed(self, event):
        say("sent", event.file_props.size)

    def on_ended(self, event):
        say("ended", event.reason)

    def on_failed(self, event):
        say("failed", event)

    def on_exception(self, *exception):
        say("failed", " ".join(traceback.format_exception(*exception)).replace("\n", " "))
