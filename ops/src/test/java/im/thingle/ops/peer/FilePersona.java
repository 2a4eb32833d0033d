// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/** How known clients spell a file transfer (XEP-0234, XEP-0260). Immutable. */
public enum FilePersona {
    /** Exactly as the specifications have it. */
    STANDARD("5", "", true),
    /** Connects to its own proxy before it offers that, and closes the socket when it is not needed. */
    CONVERSATIONS("5", "", true),
    /** As before, with the session's id in place of the transport's in every hash. */
    CONVERSATIONS_3("3", "", true),
    /** Tells the hash of its own candidates, and ends the session as soon as it has sent everything. */
    DINO("5", " mode='tcp'", true),
    /** The initiator's JID comes first in every hash, whoever offers the candidate. */
    GAJIM("5", "", false);

    private final String version;
    private final String mode;
    private final boolean offererFirst;

    FilePersona(String version, String mode, boolean offererFirst) {
        this.version = version;
        this.mode = mode;
        this.offererFirst = offererFirst;
    }

    String files() {
        return "urn:xmpp:jingle:apps:file-transfer:" + version;
    }

    /** The {@code <description/>}. */
    public String description(Payload payload) {
        String size = "<size>" + payload.size() + "</size>";
        String name = "<name>caf\u00e9 &amp; &lt;tea&gt;.bin</name>";
        return switch (this) {
            case STANDARD -> description("<file><media-type>image/x-thingle</media-type>" + name + size
                    + "<range/><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>"
                    + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(payload.sha256Hex()))
                    + "</hash></file>");
            case CONVERSATIONS -> description("<file>" + size + name + "</file>");
            case CONVERSATIONS_3 -> description("<offer><file>" + size + name + "</file></offer>");
            case DINO -> description("<file>" + name + size + "</file>");
            case GAJIM -> description("<file><name>gajim.bin</name><date>2026-11-23T16:00:00Z</date>" + size
                    + "<desc></desc><hash-used xmlns='urn:xmpp:hashes:2' algo='sha-256'/><range/></file>");
        };
    }

    private String description(String inside) {
        return "<description xmlns='" + files() + "'>" + inside + "</description>";
    }

    /** Attributes of the {@code <transport/>} of an initiator. */
    String transportAttributes(String hash) {
        return mode + (this == DINO ? " dstaddr='" + hash + "'" : "");
    }

    boolean connectsEarly() {
        return this == CONVERSATIONS || this == CONVERSATIONS_3;
    }

    /** Whether the sender ends the session itself. */
    boolean leaves() {
        return this == DINO;
    }

    /** Whether the sender tells the file's hash when all is sent. */
    boolean tellsHash() {
        return this == GAJIM;
    }

    /** The name of a socket to a candidate (XEP-0260 §2.2), as this client computes it. */
    String hash(Map<String, String> sids, String offerer, String other, String initiator) {
        String sid = sids.get(this == CONVERSATIONS_3 ? "session" : "transport");
        boolean swapped = !offererFirst && !offerer.equals(initiator);
        return swapped ? Socks5Client.hash(sid, other, offerer) : Socks5Client.hash(sid, offerer, other);
    }
}
