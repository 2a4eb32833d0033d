# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""The load of the TURN bench (turn-load.c), as Python tells it what to do."""

from load import Load

TRAFFIC_SOURCES = ["turn-sockets.c", "turn-traffic.c", "turn-arrivals.c", "turn-stun.c", "sha1.c"]
LOAD_SOURCES = ["turn-load.c", "turn-setup.c", *TRAFFIC_SOURCES]
DIRECTIONS = {"up": 1, "down": 2, "both": 3}
WINDOW = 64                 # requests under way at the same time


class TurnLoad(Load):
    """One running load against one TURN server."""

    def open(self, allocations, bind=True):
        """Makes allocations until there are so many; returns the seconds it took, channels not counted."""
        nanos, = self.ask("open", allocations, WINDOW)
        if bind:
            self.ask("bind", WINDOW)
        return int(nanos) / 1e9

    def end_allocations(self):
        self.ask("close", WINDOW)

    def run(self, nbytes, direction, rate, seconds, burst=0, window=0, tick=0):
        """Sends packets through all allocations; returns what was seen, times in microseconds."""
        words = self.ask("run", nbytes, DIRECTIONS[direction], rate, seconds, burst, window, tick)
        sent, received, corrupt, reordered, unsendable, nanos, busy = map(int, words[:7])
        p50, p99, p999, longest = map(float, words[7:])
        return {"sent": sent, "received": received, "lost": sent - received, "corrupt": corrupt, "reordered": reordered,
                "unsendable": unsendable, "seconds": nanos / 1e9, "rate": sent / (nanos / 1e9), "load": busy / nanos,
                "p50": p50, "p99": p99, "p99.9": p999, "longest": longest}
