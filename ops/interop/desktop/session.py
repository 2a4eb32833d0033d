# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""A desktop of its own for one program: a home, an X server without a screen, a D-Bus. All end with this process."""

import ctypes
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(1, str(pathlib.Path(__file__).parents[1]))
from bytestream import chunks

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
RESOLV_WRAPPER = "libresolv_wrapper.so"


def end_in_order():
    """On SIGTERM, as on Ctrl-C."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


class Session:
    """Where this process is root, what it starts is not: some desktop programs refuse to be."""

    def __init__(self, domain, port):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="thingle-desktop-"))
        self.user = pwd.getpwnam("nobody") if os.getuid() == 0 else None
        self.children = []
        # The only record that programs look up: where the server's clients connect. "localhost" needs no look-up.
        records = self.write("records", "SRV _xmpp-client._tcp.%s localhost %d\n" % (domain, port))
        self.folder("run").chmod(0o700)
        self.environment = {
            "PATH": "/usr/bin:/bin:/usr/games", "LANG": "C.UTF-8", "HOME": str(self.home),
            "TMPDIR": str(self.folder("tmp")), "XDG_RUNTIME_DIR": str(self.home / "run"),
            "XDG_CONFIG_HOME": str(self.folder("config")),
            "XDG_DATA_HOME": str(self.folder("data")), "XDG_CACHE_HOME": str(self.folder("cache")),
            "GSETTINGS_BACKEND": "memory", "GIO_USE_PROXY_RESOLVER": "dummy", "GDK_BACKEND": "x11",
            "GSK_RENDERER": "cairo", "LIBGL_ALWAYS_SOFTWARE": "1", "NO_AT_BRIDGE": "0",
            "RESOLV_WRAPPER_HOSTS": str(records),
        }

    def __enter__(self):
        self.environment["DISPLAY"] = ":" + self.started_with_pipe(
            "Xvfb", "-displayfd", "%d", "-screen", "0", "1280x960x24", "-nolisten", "tcp", "-noreset")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.started_with_pipe(
            "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=%d")
        return self

    def __exit__(self, *failure):
        for child in reversed(self.children):
            child.kill()
            child.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def folder(self, inside):
        """A new folder in the home."""
        folder = self.home
        for part in pathlib.PurePath(inside).parts:
            folder = folder / part
            folder.mkdir(exist_ok=True)
            self.hand_over(folder)
        return folder

    def write(self, inside, text):
        self.hand_over(self.home)
        file = self.folder(pathlib.PurePath(inside).parent) / pathlib.PurePath(inside).name
        file.write_text(text)
        self.hand_over(file)
        return file

    def payload(self, inside, size, seed):
        """A made-up file."""
        file = self.write(inside, "")
        with file.open("wb") as out:
            for chunk in chunks(size, seed):
                out.write(chunk)
        return file

    def hand_over(self, path):
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def start(self, *command, **more):
        """Starts a program of this desktop, which dies with this process, whatever that dies of."""
        def leash():
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        who = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        child = subprocess.Popen(command, env={**self.environment, **more.pop("environment", {})}, cwd=self.home,
                                 stdin=subprocess.DEVNULL, preexec_fn=leash, **who, **more)
        self.children.append(child)
        return child

    def started_with_pipe(self, *command):
        """Starts a server that writes where it is to the file descriptor %d."""
        reader, writer = os.pipe()
        self.start(*(part.replace("%d", str(writer)) for part in command), pass_fds=[writer], stderr=subprocess.DEVNULL)
        os.close(writer)
        with open(reader) as told:
            return told.readline().strip()
