# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Waits until a JVM has compiled what runs: the compilers' time is no price of what is measured."""

import time

from machine import thread_seconds

THREADS = "C2 Compiler"     # those that are busy while a server is young
DONE = 0.02                 # so little of a core: they are
MOST_LOOKS = 30


def wait(pid, title, work, say):
    """Calls `work`, a few seconds of what will be measured, until that gives the compilers nothing to do."""
    for _ in range(MOST_LOOKS):
        begun, before = time.monotonic(), thread_seconds(pid, THREADS)
        work()
        busy = (thread_seconds(pid, THREADS) - before) / (time.monotonic() - begun)
        if abs(busy) < DONE:                                # less than nothing: one of them has ended
            return
        say(f"  compilers of {title} use {busy:.0%} of a core; waiting for them")
