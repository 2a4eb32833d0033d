// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.jingle.Reason;

/** What people read of calls. Immutable. */
final class CallWording {
    static final String NO_MUX = "I take RTCP on the port of RTP only (rtcp-mux).";
    static final String NO_DTLS = "I take calls with DTLS-SRTP only, and want to see a fingerprint with SHA-256 or better.";
    static final String NO_ICE = "I take calls over ICE-UDP only.";
    static final String WAITS = "I wait for others to begin DTLS: your client is to offer actpass or active.";
    static final String SOUND_AND_PICTURE = "I give back sound and picture only.";
    static final String NO_MORE = "I add to a call only what shares the transport of what is there.";

    private CallWording() {}

    /** @param word as in {@link im.thingle.signaling.port.MirrorEnd#reason} */
    static Reason reason(String word, boolean wasSecured) {
        return switch (word) {
            case "not-secured", "wrong-certificate" -> Reason.SECURITY_ERROR;
            case "drained", "ended" -> Reason.GONE;
            case "fault" -> Reason.GENERAL_ERROR;
            default -> wasSecured ? Reason.CONNECTIVITY_ERROR : Reason.FAILED_TRANSPORT;
        };
    }

    static String why(String word) {
        return switch (word) {
            case "not-secured" -> "your client reached me, but made no DTLS-SRTP with me within 10 seconds";
            case "wrong-certificate" -> "your client has another certificate than the one whose fingerprint it told";
            case "unreachable" -> "your client and I did not find a way to each other";
            case "consent-lost" -> "your client answers no checks of ICE any more";
            case "bytes-per-day" -> "you have moved all the bytes that you may today";
            default -> "the relay ended it (" + word + ")";
        };
    }
}
