# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""What is sent: a cell is a size of payload, a number of allocations and a direction."""

import fnmatch
from typing import NamedTuple


class Cell(NamedTuple):
    nbytes: int
    allocations: int
    direction: str

    def __str__(self):
        return f"{self.nbytes}/{self.allocations}/{self.direction}"

    @property
    def columns(self):
        return [f"{self.nbytes:,}", str(self.allocations), self.direction]


SPARSE = [Cell(172, 1, "up"), Cell(172, 1, "both"), Cell(172, 50, "up"), Cell(172, 50, "both"), Cell(172, 500, "up"),
          Cell(172, 500, "both"), Cell(1200, 1, "both"), Cell(1200, 50, "both"), Cell(1200, 500, "both")]
MANY = [cell for cell in SPARSE if cell.allocations > 1]
BURSTS = [Cell(1200, 1, "up"), Cell(172, 1, "both"), Cell(1200, 1, "both")]
COUNTED = [Cell(172, 50, "both")]           # where system calls and garbage are counted

BURST = 32                  # packets in one send of a bursty flow
BURST_RATE = 100_000
TICK_MICROS = 200           # paced packets leave in groups this far apart


def chosen(cells, patterns):
    """The cells that match one of the patterns, such as 172/*/both."""
    return [cell for cell in cells if not patterns or any(fnmatch.fnmatch(str(cell), each) for each in patterns)]
