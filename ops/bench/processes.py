# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Starts children on a core of their own and makes sure that none survives the bench."""

import contextlib
import ctypes
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import time

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1
running = []


class Trouble(Exception):
    """Something that the person at the terminal can do something about."""


class OutOfTime(BaseException):
    """The whole run takes too long: no measurement that failed, so nothing that catches Trouble goes on after it."""


def give_up_after(minutes, advice):
    def give_up(_number, _frame):
        raise OutOfTime(f"not done after {minutes} minutes; {advice}")

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(60 * minutes)


def raise_descriptor_limit():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def start(arguments, core, log=None, first_of_all=None, **options):
    """Starts a child pinned to `core`; it is killed if the bench dies."""

    def prepare():
        os.sched_setaffinity(0, {core})
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if first_of_all:
            first_of_all()

    if log:
        options |= {"stdout": open(log, "ab"), "stderr": subprocess.STDOUT}
    child = subprocess.Popen([str(each) for each in arguments], preexec_fn=prepare, start_new_session=True,
                             **options)
    running.append(child)
    return child


def stop(child, patience=5):
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    if child in running:
        running.remove(child)


def stop_all():
    for child in reversed(running[:]):
        stop(child, patience=2)


def stop_all_on_signals():
    def leave(number, _frame):
        sys.exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


def free_port():
    """Below those that Linux hands out to clients: one of theirs that is by chance a service's of Thingle is no peer."""
    for _ in range(100):
        port = random.randrange(29_000, 32_768)
        with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
            with contextlib.suppress(OSError):
                stream.bind(("127.0.0.1", port))
                datagrams.bind(("127.0.0.1", port))
                return port
    raise Trouble("no free port from 29000 to 32767")


def await_port(port, child, name, log, seconds=30):
    """Waits until something listens on the port."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if child.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise Trouble(f"{name} did not listen on port {port}; its log ends:\n{tail(log)}")


def await_line(word, child, name, log, seconds=60):
    """Waits until the log has this word."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if word in log.read_text(errors="replace"):
            return
        if child.poll() is not None:
            break
        time.sleep(0.05)
    raise Trouble(f"{name} did not say '{word}'; its log ends:\n{tail(log)}")


def tail(log, lines=15):
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else "(no log)"


def output(*arguments):
    return subprocess.run([str(each) for each in arguments], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=60).stdout
