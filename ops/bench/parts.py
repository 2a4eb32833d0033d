# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""A bench of several parts. Each part is a class with `name`, `what` and `repeat`, made with the bench, that has
prepare(), versions(), measure(), sections() (title, head, rows) and goals() (goal, limit, measured, reached)."""

import argparse
import datetime
import shutil
import sys
import tempfile
import time
from pathlib import Path

import machine
import processes
import report
from processes import Trouble

EXIT_FAILED, EXIT_UNAVAILABLE = 1, 69
FEW = 3     # samples of what swings less than CPU


class Bench:
    """One run: what was asked for, and the samples so far, by (measurement, name)."""

    def __init__(self, name, parts, options, scratch):
        self.name, self.options, self.scratch = name, options, scratch
        self.serial = 0
        self.begun = time.monotonic()
        self.samples, self.failures = {}, []
        self.parts = [parts[each](self) for each in options.only]
        for part in self.parts:
            part.prepare()

    def say(self, text):
        print(f"[{time.monotonic() - self.begun:5.0f}s] {text}", file=sys.stderr, flush=True)

    def repeats(self, part):
        return range(self.options.repeat or part.repeat)

    def keep(self, measurement, name, sample):
        self.samples.setdefault((measurement, name), []).append(sample)
        self.say(f"{measurement} {name}: " + ", ".join(f"{figure} {value:.4g}" for figure, value in sample.items()))

    def measure(self):
        for part in self.parts:
            try:
                part.measure()
            except Trouble as trouble:
                self.failures.append(f"{part.name}: {trouble}")
                self.say(f"FAILED {self.failures[-1]}")

    def render(self):
        command = f"ops/bench/{self.name} " + " ".join(sys.argv[1:])
        versions = "; ".join(dict.fromkeys(version for part in self.parts for version in part.versions()))
        text = [f"Measured {datetime.date.today().isoformat()} by `{command.strip()}` on a {machine.description()}. "
                f"{versions}. Median (min–max)."]
        for part in self.parts:
            text += [f"### {title}\n\n{report.table(head, rows)}" for title, head, rows in part.sections() if rows]
        if verdicts := [row for part in self.parts for row in part.goals()]:
            text.append("### What it must reach\n\n" + report.table(["goal", "limit", "measured", "reached"], verdicts))
        return "\n\n".join(text) + "\n"


def options_parser(description, parts):
    """What all such benches take."""
    parser = argparse.ArgumentParser(description=description.split("\n\n")[0], epilog=description.split("\n\n")[1])
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(parts), metavar="PART,PART",
                        help="; ".join(f"{name}: {part.what}" for name, part in parts.items()))
    parser.add_argument("--repeat", type=int, help="samples of each figure (default "
                        + ", ".join(f"{part.repeat} of {name}" for name, part in parts.items()) + ")")
    parser.add_argument("--minutes", type=int, default=30, help="give up after so many (default 30)")
    parser.add_argument("--quick", action="store_true", help="a smoke run: short samples, once")
    return parser


def parsed(parser, parts):
    options = parser.parse_args()
    if unknown := set(options.only) - set(parts):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    options.whole = not options.quick and set(options.only) == set(parts)
    if options.quick:
        options.repeat = options.repeat or 1
    return options


def run(name, title, parts, options):
    """Measures and reports; returns the exit status."""
    try:
        return _run(name, title, parts, options)
    except (Trouble, processes.OutOfTime) as trouble:
        print(f"{name}: {trouble}", file=sys.stderr)
        return EXIT_UNAVAILABLE


def _run(name, title, parts, options):
    processes.stop_all_on_signals()
    processes.give_up_after(options.minutes, "more with --minutes, or less with --only")
    processes.raise_descriptor_limit()
    scratch = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    try:
        bench = Bench(name, parts, options, scratch)
        if machine.SERVER_CORE == machine.LOAD_CORE:
            bench.say("only one core: server and load share it, so the figures mean little")
        bench.measure()
        text = bench.render()
        print(text)
        if options.whole and not bench.failures:
            for path in report.write(text, name, title):
                bench.say(f"wrote {path}")
    finally:
        processes.stop_all()
        shutil.rmtree(scratch, ignore_errors=True)
    for failure in bench.failures:
        print(f"{name}: failed: {failure}", file=sys.stderr)
    return EXIT_FAILED if bench.failures else 0
