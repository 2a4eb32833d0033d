// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.xml.Attribute;
import im.thingle.signaling.xml.Element;
import java.util.function.Consumer;

/** One request of a session and the one answer it gets, now or later. Confined to its event loop. */
final class Exchange {
    private final CommandSession session;
    private final CommandSessions sessions;
    private final Reply reply;

    Exchange(CommandSession session, CommandSessions sessions, Reply reply) {
        this.session = session;
        this.sessions = sessions;
        this.reply = reply;
    }

    /** Does a part of the work. A fault ends the session: as one still worked on it would stand in everybody's way. */
    void work(Runnable part) {
        try {
            part.run();
        } catch (RuntimeException fault) {
            sessions.end(session);
            throw fault;
        }
    }

    /** Goes on with the work when something is known. */
    <T> Consumer<T> later(Consumer<T> part) {
        return known -> work(() -> part.accept(known));
    }

    /** Asks something. */
    void ask(Stage stage) {
        session.show(stage);
        showStage();
    }

    /** Ends the session with something to show. */
    void done(String note, Element payload) {
        end("completed", note("info", note), payload);
    }

    /** Ends the session with a sentence. */
    void done(String note) {
        done(note, null);
    }

    /** Ends the session with a result that needs a warning. */
    void doneBut(String warning, Element payload) {
        end("completed", note("warn", warning), payload);
    }

    /** Ends the session without having done what was asked (XEP-0050 §3.6). */
    void failed(String why) {
        end("completed", note("error", why), null);
    }

    void canceled() {
        end("canceled", null, null);
    }

    /** Leaves everything as it was. */
    void refuse(CommandError error, String why) {
        session.rest();
        error.answer(reply, why);
    }

    /** Shows the stage the session is at. */
    void showStage() {
        session.rest();
        if (!sessions.isLive(session)) {
            CommandError.SESSION_EXPIRED.answer(reply, "This took too long; please run the command again.");
            return;
        }
        Stage stage = session.stage();
        reply.result(command("executing").child(stage.actions(session.isFirst()))
                .child(stage.form().element()).build());
    }

    private void end(String status, Element note, Element payload) {
        sessions.end(session);
        Element.Builder command = command(status);
        if (note != null) {
            command.child(note);
        }
        if (payload != null) {
            command.child(payload);
        }
        reply.result(command.build());
    }

    private Element.Builder command(String status) {
        return Element.of("command", Commands.NAMESPACE)
                .attribute("node", session.command().node())
                .attribute("sessionid", session.key().id())
                .attribute("status", status)
                .attribute(Attribute.XML_NAMESPACE, "lang", "en");
    }

    private static Element note(String type, String text) {
        return Element.of("note", Commands.NAMESPACE).attribute("type", type).text(text).build();
    }
}
