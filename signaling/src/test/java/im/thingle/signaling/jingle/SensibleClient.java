// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import static im.thingle.signaling.jingle.Brokered.content;
import static im.thingle.signaling.jingle.Brokered.file;
import static im.thingle.signaling.jingle.Brokered.inBand;
import static im.thingle.signaling.jingle.Brokered.jingle;
import static im.thingle.signaling.jingle.Brokered.socks5;

import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.jingle.Brokered.Asked;
import im.thingle.signaling.jingle.transport.InBandTransport;
import im.thingle.signaling.jingle.transport.Socks5Transport;
import im.thingle.signaling.xml.Element;
import java.util.Map;
import java.util.TreeMap;

/** A client that knows what to do next, most of the time; what it is told depends on the relay. */
final class SensibleClient {
    private final Brokered brokered;
    private final boolean begins;
    private final Map<String, Integer> reached;
    private boolean inSession;
    private boolean agreed;
    private boolean settled;
    private boolean fallsBack;
    private boolean replaced;
    private boolean open;
    private int seq;
    String sid = "s";
    String cid = "none";
    private String namespace = Socks5Transport.NAMESPACE;

    SensibleClient(Brokered brokered, boolean begins, Map<String, Integer> reached) {
        this.brokered = brokered;
        this.begins = begins;
        this.reached = reached;
    }

    /** Learns from what it was asked. */
    void onAsked(Asked asked) {
        String action = asked.action();
        if (action == null) {
            open |= asked.payload().name().equals("open");
            return;
        }
        switch (action) {
            case "session-initiate" -> inSession = true;
            case "session-accept" -> agreed = true;
            case "transport-replace" -> replaced = true;
            case "transport-accept" -> count("replaced");
            case "session-terminate" -> reset();
            default -> { }
        }
        Element part = asked.payload().child("content", Jingle.NAMESPACE);
        Element transport = part == null ? null : new Content(part).transport();
        if (transport != null && transport.attribute("sid") != null && !action.equals("transport-info")) {
            sid = transport.attribute("sid");
            namespace = transport.namespace();
            if (!transport.children().isEmpty()) {
                cid = transport.children().getFirst().attribute("cid");
            }
        }
    }

    /** What a client would do now; null if it would wait. */
    RecordingReply next(int chance) {
        if (!inSession) {
            return begins ? begin(chance) : null;
        }
        if (!agreed) {
            return begins ? null : accept();
        }
        if (replaced) {
            replaced = false;
            settled = true;
            count("replaced");
            return send(jingle("transport-accept", content(inBand(sid, 4096))));
        }
        if (namespace.equals(Socks5Transport.NAMESPACE)) {
            return connect(chance);
        }
        return open ? data() : open();
    }

    private RecordingReply begin(int chance) {
        reset();
        inSession = true;
        sid = "s";
        boolean inBand = chance % 4 == 0;
        namespace = inBand ? InBandTransport.NAMESPACE : Socks5Transport.NAMESPACE;
        return send(jingle("session-initiate", file(inBand ? inBand("s", 4096) : socks5("s", ""))));
    }

    private RecordingReply accept() {
        agreed = true;
        count("active");
        boolean inBand = namespace.equals(InBandTransport.NAMESPACE);
        return send(jingle("session-accept", file(inBand ? inBand(sid, 4096) : socks5(sid, ""))));
    }

    private RecordingReply connect(int chance) {
        if (fallsBack) {
            fallsBack = false;
            return send(jingle("transport-replace", content(inBand("r", 4096))));
        }
        if (settled) {
            return null;
        }
        settled = true;
        if (chance % 3 > 0) {
            return send(jingle("transport-info", content(socks5(sid, "<candidate-used cid='" + cid + "'/>"))));
        }
        fallsBack = begins;
        return send(jingle("transport-info", content(socks5(sid, "<candidate-error/>"))));
    }

    private RecordingReply open() {
        if (!begins) {
            return null;
        }
        open = true;
        return send("<open xmlns='http://jabber.org/protocol/ibb' block-size='4096' sid='" + sid + "'/>");
    }

    private RecordingReply data() {
        return send("<data xmlns='http://jabber.org/protocol/ibb' seq='" + seq++ + "' sid='" + sid
                + "'>aGVsbG8=</data>");
    }

    private RecordingReply send(String payload) {
        return begins ? brokered.romeo(payload) : brokered.juliet(payload);
    }

    private void reset() {
        inSession = false;
        agreed = false;
        settled = false;
        fallsBack = false;
        replaced = false;
        open = false;
        seq = 0;
    }

    private void count(String what) {
        reached.merge(what, 1, Integer::sum);
    }

    static Map<String, Integer> counters() {
        return new TreeMap<>();
    }
}
