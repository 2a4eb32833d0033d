// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqHandler;
import im.thingle.signaling.stanza.MessageHandler;
import im.thingle.signaling.stanza.Routes;
import im.thingle.signaling.stanza.Service;
import im.thingle.signaling.stanza.StanzaHandler;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** Remembers what a service says it answers, and asks it. */
public final class RecordedRoutes implements Routes {
    /** What answers a node. */
    public record Node(Predicate<String> node, IqHandler handler) {}

    public final List<Node> infoNodes = new ArrayList<>();
    public final List<Node> itemsNodes = new ArrayList<>();
    public final List<Function<Iq, List<Element>>> items = new ArrayList<>();
    public StanzaHandler accounts;
    private final Map<String, MessageHandler> messages = new HashMap<>();
    private final Map<String, IqHandler> handlers = new HashMap<>();

    public static RecordedRoutes of(Service service) {
        RecordedRoutes routes = new RecordedRoutes();
        service.route(routes);
        return routes;
    }

    /** Brings a request to its handler; the handler must be there. */
    public RecordingReply ask(String iq) {
        return ask(Xml.iq(iq));
    }

    public RecordingReply ask(Iq iq) {
        RecordingReply reply = new RecordingReply(iq);
        IqHandler handler = handlers.get(key(iq.type(), iq.payload().name(), iq.payload().namespace()));
        assertThat(handler).as("handler of " + iq).isNotNull();
        handler.handle(iq, reply);
        return reply;
    }

    /** Brings the first child of a message to its handler; the handler must be there. */
    public void tell(String message) {
        Element stanza = Xml.stanza(message);
        Element payload = stanza.children().getFirst();
        MessageHandler handler = messages.get(key(null, payload.name(), payload.namespace()));
        assertThat(handler).as("handler of " + message).isNotNull();
        handler.handle(stanza.attribute("from"), payload);
    }

    @Override
    public Routes onGet(String name, String namespace, String what, IqHandler handler) {
        assertThat(handlers.put(key(Iq.Type.GET, name, namespace), handler)).isNull();
        return this;
    }

    @Override
    public Routes onSet(String name, String namespace, String what, IqHandler handler) {
        assertThat(handlers.put(key(Iq.Type.SET, name, namespace), handler)).isNull();
        return this;
    }

    @Override
    public Routes onMessage(String name, String namespace, MessageHandler handler) {
        assertThat(messages.put(key(null, name, namespace), handler)).isNull();
        return this;
    }

    @Override
    public Routes onAccounts(String what, StanzaHandler handler) {
        assertThat(accounts).isNull();
        accounts = handler;
        return this;
    }

    @Override
    public Routes infoNode(Predicate<String> node, IqHandler handler) {
        infoNodes.add(new Node(node, handler));
        return this;
    }

    @Override
    public Routes itemsNode(Predicate<String> node, IqHandler handler) {
        itemsNodes.add(new Node(node, handler));
        return this;
    }

    @Override
    public Routes items(Function<Iq, List<Element>> items) {
        this.items.add(items);
        return this;
    }

    private static String key(Iq.Type type, String name, String namespace) {
        return type + " {" + namespace + "}" + name;
    }
}
