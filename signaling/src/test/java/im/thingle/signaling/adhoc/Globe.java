// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.RecordedRoutes;
import im.thingle.signaling.RecordingReply;
import im.thingle.signaling.Xml;
import im.thingle.signaling.port.SessionView;
import im.thingle.signaling.port.SessionView.Kind;
import im.thingle.signaling.stanza.Admission;
import im.thingle.signaling.stanza.Iq;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The commands of {@code shakespeare.lit}, used by everybody of that domain, in virtual time. */
final class Globe {
    static final String BARD = "bard@shakespeare.lit/globe";
    static final String JULIET = "juliet@shakespeare.lit/balcony";
    static final String STRANGER = "faust@goethe.example/study";
    static final Instant NOW = Instant.parse("2026-11-23T14:00:00Z");

    final FakeOperations operations = new FakeOperations();
    private final RecordedRoutes routes;
    final Commands commands;
    private long nowNanos = Long.MAX_VALUE - 1; // a clock that overflows in the middle of the test
    private int ids;

    Globe() {
        this(0);
    }

    /** @param perMinute commands that a user may begin; 0: no limit */
    Globe(int perMinute) {
        Admission admission = new Admission(
                (bareJid, component) -> bareJid.endsWith("@" + component), "shakespeare.lit", perMinute,
                () -> nowNanos);
        commands = new Commands(operations, admission, List.of("shakespeare.lit", "theatre.example"),
                InstantSource.fixed(NOW), () -> nowNanos, () -> "s" + ++ids);
        routes = RecordedRoutes.of(commands);
    }

    /** Sends a {@code <command/>} with these attributes and this content. */
    RecordingReply command(String from, String attributes, String content) {
        return routes.ask("<iq type='set' id='c' from='" + from + "' to='shakespeare.lit' xml:lang='de'>"
                + "<command xmlns='http://jabber.org/protocol/commands' " + attributes + ">" + content
                + "</command></iq>");
    }

    RecordingReply execute(String from, String node) {
        return command(from, "node='" + node + "' action='execute'", "");
    }

    /** Goes on with a session. */
    RecordingReply go(String from, String node, String session, String action, String content) {
        return command(from, "node='" + node + "' sessionid='" + session + "' action='" + action + "'", content);
    }

    RecordingReply ask(String stanza) {
        return routes.ask(stanza);
    }

    RecordingReply info(String from, String node) {
        return disco(from, "info", node);
    }

    RecordingReply items(String from, String node) {
        return disco(from, "items", node);
    }

    /** Is null where no handler knows the node. */
    private RecordingReply disco(String from, String kind, String node) {
        Iq iq = Xml.iq("<iq type='get' id='d' from='" + from + "' to='shakespeare.lit'>"
                + "<query xmlns='http://jabber.org/protocol/disco#" + kind + "' node='" + node + "'/></iq>");
        for (RecordedRoutes.Node known : kind.equals("info") ? routes.infoNodes : routes.itemsNodes) {
            if (known.node().test(node)) {
                RecordingReply reply = new RecordingReply(iq);
                known.handler().handle(iq, reply);
                return reply;
            }
        }
        return null;
    }

    void pass(Duration time) {
        nowNanos += time.toNanos();
    }

    /** Time passes, and the link notices. */
    void tick(Duration time) {
        pass(time);
        commands.onTick(nowNanos);
    }

    /** An active session that began an hour ago. */
    static SessionView active(String id, Kind kind, String account, String peer, long bytes) {
        return new SessionView(id, kind, account, peer, NOW.minusSeconds(3600), Optional.empty(), bytes, "");
    }

    /** One that ended a minute ago. */
    static SessionView ended(String id, Kind kind, String account, String peer, long bytes, String reason) {
        return new SessionView(id, kind, account, peer, NOW.minusSeconds(3600), Optional.of(NOW.minusSeconds(60)),
                bytes, reason);
    }

    /** A submitted form with these fields. */
    static String submit(String fields) {
        return "<x xmlns='jabber:x:data' type='submit'>" + fields + "</x>";
    }

    static String field(String var, String value) {
        return "<field var='" + var + "'><value>" + value + "</value></field>";
    }
}
