# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""The load tool (load.c): compiled once per run, started once per measurement, told what to do line by line."""

import contextlib
import os
import select
import subprocess
from pathlib import Path

import processes
from machine import LOAD_CORE
from processes import Trouble

HERE = Path(__file__).resolve().parent
SOURCES = ["load.c", "streams.c", "activation.c", "traffic.c", "sha1.c"]
PATIENCE = 90


def compile_c(scratch, name, sources):
    """Compiles C of the bench; returns the program's path."""
    program = scratch / name
    done = subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-o", program, *(HERE / each for each in sources)],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"cc cannot compile {name}; is a C compiler installed (apt-get install gcc libc6-dev)?\n{done.stderr}")
    return program


def before_others():
    """Lets a load that measures times run before a busy one on the same core, as far as we may."""
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))


def after_others():
    """Lets everything else on the core run before a load that is there only to keep the relay busy."""
    os.nice(19)


class Load:
    """One running load against one relay."""

    def __init__(self, program, arguments, descriptors=(), first_of_all=None):
        self.child = processes.start([program, *arguments], LOAD_CORE, first_of_all=first_of_all, text=True, bufsize=1,
                                     pass_fds=descriptors, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.pid = self.child.pid
        self.socks5 = arguments[0] == "socks5"

    def tell(self, *words):
        self.child.stdin.write(" ".join(map(str, words)) + "\n")

    def answer(self):
        ready = select.poll()           # select() takes no descriptors beyond 1,023
        ready.register(self.child.stdout, select.POLLIN)
        if not ready.poll(1000 * PATIENCE):
            raise Trouble("the load did not answer in time")
        status, *words = self.child.stdout.readline().split() or ["error", "(the load ended)"]
        if status != "ok":
            raise Trouble("load: " + " ".join(words))
        return words

    def ask(self, *words):
        self.tell(*words)
        return self.answer()

    def open(self, streams, activate=True):
        self.ask("connect", streams)
        if activate and self.socks5:
            self.ask("activate")

    def run(self, nbytes, seconds):
        """Sends until so many bytes or seconds have passed; returns bytes received and seconds taken."""
        received, nanos = self.ask("run", nbytes, seconds)
        return int(received), int(nanos) / 1e9

    def close(self):
        with contextlib.suppress(OSError):
            self.child.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.child.wait(5)
        processes.stop(self.child)
        self.child.stdout.close()
