// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.port.SessionView;
import im.thingle.signaling.port.SessionView.Kind;

/** How a session ended, for those whose it was: what happened, and what they can do about it. Immutable. */
public final class Outcome {
    private Outcome() {}

    /** A sentence for the word of the log that the session ended with. */
    public static String of(SessionView session) {
        boolean isFile = session.kind() == Kind.FILE;
        return switch (session.reason()) {
            case "" -> "Still active.";
            case "completed" -> "Completed: everything was delivered.";
            case "reset" -> "Broken off: one side lost its connection or closed it before everything was delivered.";
            case "idle" -> isFile ? "Given up: nothing was sent for too long."
                    : "Ended: nothing was sent for too long.";
            case "half-closed-timeout" -> "Given up: one side had finished and the other fell silent.";
            case "bytes-per-day" -> "Stopped: the day's allowance was used up. It begins anew at midnight UTC.";
            case "drained" -> "Stopped: the service was being restarted or shut down. Please try again.";
            case "ended" -> "Stopped by an operator of the service.";
            case "parked-timeout" -> "Never began: the other side did not connect in time.";
            case "left" -> "Never began: the other side went away.";
            case "expired" -> isFile ? "Expired."
                    : "Over, or the app went away: its address at the relay was not renewed.";
            case "deleted" -> "Completed: the app gave its address at the relay back.";
            case "disconnected" -> "Over: the app closed its connection to the relay, or lost it.";
            case "fault" -> "Stopped by a fault of the service, which is in its operator's log. Please try again.";
            default -> "Ended: " + session.reason() + ".";
        };
    }
}
