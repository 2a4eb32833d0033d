// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.adhoc.Command.Audience;
import im.thingle.signaling.adhoc.CommandSessions.Key;
import im.thingle.signaling.form.DataForm;
import im.thingle.signaling.form.Submission;
import im.thingle.signaling.port.OperationsPort;
import im.thingle.signaling.stanza.Admission;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Jids;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.Routes;
import im.thingle.signaling.stanza.Service;
import im.thingle.signaling.stanza.StanzaError;
import im.thingle.signaling.xml.Attribute;
import im.thingle.signaling.xml.Element;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jxmpp.jid.Jid;

/**
 * Ad-hoc commands (XEP-0050): what operators can do, and users learn, from any client. The nodes are
 * <ul>
 * <li>for operators, as in XEP-0133: {@code http://jabber.org/protocol/admin#user-stats}, {@code …#end-user-session},
 *     {@code …#shutdown}
 * <li>for operators: {@code urn:thingle:commands:list-sessions}, {@code …:end-session}, {@code …:issue-credentials}
 * <li>for everybody who may use the service: {@code urn:thingle:commands:my-sessions}, {@code …:my-usage}
 * </ul>
 * The port must call back on the loop it was called on. Confined to its event loop.
 */
public final class Commands implements Service {
    public static final String NAMESPACE = "http://jabber.org/protocol/commands";

    /** Our own nodes begin with it and a colon. */
    static final String OWN = "urn:thingle:commands";

    private final OperationsPort operations;
    private final Admission admission;
    private final List<String> domains;
    private final LongSupplier nanoTime;
    private final CommandSessions sessions;
    private final ShutDown shutDown;
    private final Map<String, Command> commands = new LinkedHashMap<>();

    /**
     * @param admission says how often users may begin a command; operators may as often as they like
     * @param domains the server's own prepared domains: it speaks for no operator of another one
     * @param sessionIds never gives the same twice, and nothing that could be guessed
     */
    public Commands(OperationsPort operations, Admission admission, List<String> domains, InstantSource clock,
                    LongSupplier nanoTime, Supplier<String> sessionIds) {
        this.operations = operations;
        this.admission = admission;
        this.domains = List.copyOf(domains);
        this.nanoTime = nanoTime;
        this.sessions = new CommandSessions(sessionIds);
        this.shutDown = new ShutDown(operations, nanoTime);
        add(OWN + ":my-sessions", "My transfers and calls", Audience.USERS, new MySessions(operations));
        add(OWN + ":my-usage", "My usage", Audience.USERS, UserStatistics.own(operations));
        add(OWN + ":list-sessions", "List transfers and calls", Audience.OPERATORS, new ListSessions(operations));
        add(OWN + ":end-session", "End a transfer or call", Audience.OPERATORS, new EndSession(operations));
        add(AccountForm.ADMIN + "#end-user-session", "End a user's transfers and calls", Audience.OPERATORS,
                new EndUserSession(operations));
        add(AccountForm.ADMIN + "#user-stats", "Usage of an account", Audience.OPERATORS,
                UserStatistics.ofAnybody(operations));
        add(OWN + ":issue-credentials", "Issue credentials for calls", Audience.OPERATORS,
                new IssueCredentials(operations, clock));
        add(AccountForm.ADMIN + "#shutdown", "Drain and stop the service", Audience.OPERATORS, shutDown);
    }

    private void add(String node, String name, Audience audience, Dialogue dialogue) {
        commands.put(node, new Command(node, name, audience, dialogue));
    }

    @Override
    public List<String> features() {
        return List.of(NAMESPACE);
    }

    @Override
    public void route(Routes routes) {
        CommandDisco disco = new CommandDisco(commands, admission.component(), this::asker);
        routes.onSet("command", NAMESPACE, "command", this::handle)
                .infoNode(disco::hasNode, disco::info)
                .itemsNode(disco::hasNode, disco::items);
    }

    @Override
    public void onTick(long nowNanos) {
        sessions.expire(nowNanos);
        shutDown.onTick(nowNanos);
    }

    /** Command sessions there are. */
    int sessionCount() {
        return sessions.size();
    }

    /** Who sent this; empty, and answered with an error, if the address is malformed. */
    private Optional<Asker> asker(Iq request, Reply reply) {
        Optional<Asker> asker = Jids.parse(request.from()).map(jid -> {
            String account = jid.asBareJid().toString();
            return new Asker(jid.toString(), account, isOperator(jid, account), admission.permits(account));
        });
        if (asker.isEmpty()) {
            reply.error(StanzaError.JID_MALFORMED, "The sender's JID is malformed.");
        }
        return asker;
    }

    /**
     * What comes over the link is the server's own word, and there may be links to servers of several owners: each of
     * them can write any sender, so it is believed about its own accounts only.
     */
    private boolean isOperator(Jid jid, String account) {
        return domains.contains(jid.getDomain().toString()) && operations.isOperator(account);
    }

    private void handle(Iq request, Reply reply) {
        asker(request, reply).ifPresent(asker -> {
            Element sent = request.payload();
            Command command = commands.get(sent.attribute("node"));
            Optional<Action> action = Action.of(sent);
            String id = sent.attribute("sessionid");
            if (command == null) {
                refuseNode(sent, reply);
            } else if (!command.isFor(asker)) {
                command.refuse(reply);
            } else if (!isEnglishEnough(sent)) {
                CommandError.BAD_LOCALE.answer(reply, "Only English is spoken here.");
            } else if (action.isEmpty()) {
                CommandError.MALFORMED_ACTION.answer(reply, "There is no such action: " + sent.attribute("action"));
            } else if (id != null) {
                resume(command, new Key(asker.full(), id), action.get(), sent, reply);
            } else if (action.get() != Action.EXECUTE) {
                CommandError.BAD_ACTION.answer(reply,
                        "A command begins with the action execute; any other needs a sessionid.");
            } else if (asker.operator() || admission.take(asker.account(), reply)) {
                begin(command, asker, reply);
            }
        });
    }

    private static void refuseNode(Element sent, Reply reply) {
        if (sent.attribute("node") == null) {
            reply.error(StanzaError.BAD_REQUEST, "The command must be named by the attribute node.");
        } else {
            reply.error(StanzaError.ITEM_NOT_FOUND, "There is no such command here.");
        }
    }

    /**
     * A language asked for in so many words. That of the stanza around it is only what the client's stream has as its
     * default, and no reason to refuse people (XEP-0050 §3.7 would).
     */
    private static boolean isEnglishEnough(Element sent) {
        for (Attribute attribute : sent.attributes()) {
            if (attribute.namespace().equals(Attribute.XML_NAMESPACE) && attribute.name().equals("lang")) {
                String language = attribute.value().toLowerCase(Locale.ROOT);
                return language.isEmpty() || language.equals("en") || language.startsWith("en-");
            }
        }
        return true;
    }

    private void begin(Command command, Asker asker, Reply reply) {
        Optional<CommandSession> session = sessions.open(asker, command, nanoTime.getAsLong());
        if (session.isEmpty()) {
            reply.error(StanzaError.RESOURCE_CONSTRAINT, "Too many commands are being run; try again later.");
            return;
        }
        Exchange exchange = new Exchange(session.get(), sessions, reply);
        exchange.work(() -> command.dialogue().start(asker, exchange));
    }

    private void resume(Command command, Key key, Action action, Element sent, Reply reply) {
        long nowNanos = nanoTime.getAsLong();
        Optional<CommandSession> found = sessions.find(key, nowNanos);
        if (found.isEmpty() && sessions.hasEnded(key)) {
            CommandError.SESSION_EXPIRED.answer(reply, "This run of the command is over; please begin a new one.");
        } else if (found.isEmpty() || found.get().command() != command) {
            CommandError.BAD_SESSIONID.answer(reply, "There is no such session of yours and this command.");
        } else if (found.get().isWorking()) {
            CommandError.BAD_ACTION.answer(reply, "The action before this one is still being worked on.");
        } else {
            found.get().work(nowNanos);
            Exchange exchange = new Exchange(found.get(), sessions, reply);
            exchange.work(() -> act(found.get(), action, sent, exchange));
        }
    }

    private static void act(CommandSession session, Action action, Element sent, Exchange exchange) {
        Stage stage = session.stage();
        if (action == Action.CANCEL) {
            exchange.canceled();
        } else if (action == Action.PREV && session.back()) {
            exchange.showStage();
        } else if (action == Action.EXECUTE || action == stage.forward()) {
            switch (Submission.of(stage.form(), sent.child("x", DataForm.NAMESPACE))) {
                case Submission.Valid submitted -> stage.then().accept(submitted, exchange);
                case Submission.Invalid(String why) -> exchange.refuse(CommandError.BAD_PAYLOAD, why);
            }
        } else {
            exchange.refuse(CommandError.BAD_ACTION, "This action is not possible here: " + action.word());
        }
    }
}
