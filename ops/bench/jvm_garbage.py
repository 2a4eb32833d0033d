# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""What each thread of a JVM has allocated on the heap, to the byte, by Java Flight Recorder."""

import json

from thingle import jvm_tool

SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<configuration version="2.0"><event name="jdk.ThreadAllocationStatistics">
<setting name="enabled">true</setting><setting name="period">everyChunk</setting></event></configuration>"""
EVENT = "jdk.ThreadAllocationStatistics"
LOOKERS = "JFR", "Attach Listener"


def allocated(pid, folder, meanwhile):
    """Bytes by name of thread that were allocated while `meanwhile` was called, and what it returned."""
    settings, recording = folder / "garbage.jfc", folder / "garbage.jfr"
    settings.write_text(SETTINGS)
    jvm_tool(pid, "jcmd", pid, "JFR.start", "name=garbage", f"settings={settings}")
    try:
        result = meanwhile()
    finally:
        jvm_tool(pid, "jcmd", pid, "JFR.stop", "name=garbage", f"filename={recording}")
    events = json.loads(jvm_tool(pid, "jfr", "print", "--json", "--events", EVENT, recording))["recording"]["events"]
    seen = {}
    for values in (event["values"] for event in events):
        if (thread := values["thread"]) and not thread["javaName"].startswith(LOOKERS):
            seen.setdefault((thread["javaThreadId"], thread["javaName"]), []).append(values["allocated"])
    return {name: max(all) - (min(all) if len(all) > 1 else 0) for (_, name), all in seen.items()}, result
