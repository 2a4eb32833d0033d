// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.sessions;

import java.util.HexFormat;

/** The short names of sessions, which the log and the ad-hoc commands share. Immutable. */
public final class SessionIds {
    private static final int DIGITS = 12;

    private SessionIds() {}

    /** @param hash the 40 digits that name a bytestream (XEP-0065 §5.3.2) */
    public static String file(String hash) {
        return "f" + hash.substring(0, DIGITS);
    }

    /** @param id of a TURN allocation */
    public static String call(long id) {
        return "c" + HexFormat.of().toHexDigits(id, DIGITS);
    }

    /** @param id of a relay channel, which XMPP clients are told (XEP-0278) */
    public static String channel(String id) {
        return "h" + id;
    }

    /** @param id of a brokered Jingle session */
    public static String brokered(String id) {
        var digits = id.replace("-", "");
        return "j" + digits.substring(0, Math.min(DIGITS, digits.length()));
    }
}
