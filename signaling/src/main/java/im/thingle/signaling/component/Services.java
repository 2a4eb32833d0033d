// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import im.thingle.signaling.disco.DiscoInfo;
import im.thingle.signaling.disco.DiscoItems;
import im.thingle.signaling.disco.DiscoNodes;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.IqHandler;
import im.thingle.signaling.stanza.MessageHandler;
import im.thingle.signaling.stanza.Routes;
import im.thingle.signaling.stanza.Service;
import im.thingle.signaling.stanza.StanzaHandler;
import im.thingle.signaling.xml.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * All services of one component: joins them to the router, and answers discovery (XEP-0030) with what they say of
 * themselves. A service that breaks does not keep the others from hearing of time and link. Confined to its event loop.
 */
final class Services {
    private final List<Service> services;
    private final IqOutput out;

    Services(List<Service> services, IqRouter router, IqOutput out) {
        this.services = List.copyOf(services);
        this.out = out;
        Joint joint = new Joint(router);
        services.forEach(service -> service.route(joint));
        List<Element> identities = services.stream().flatMap(service -> service.identities().stream()).toList();
        List<String> features = services.stream().flatMap(service -> service.features().stream()).distinct().toList();
        router.onGet("query", DiscoInfo.NAMESPACE, "disco-info", new DiscoInfo(identities, features, joint.infoNodes))
                .onGet("query", DiscoItems.NAMESPACE, "disco-items", new DiscoItems(joint.items, joint.itemsNodes));
    }

    void onTick(long nowNanos) {
        each("tick", service -> service.onTick(nowNanos));
    }

    void onLinkUp() {
        each("link-up", Service::onLinkUp);
    }

    void onLeaving() {
        each("leaving", Service::onLeaving);
    }

    void onLinkDown() {
        each("link-down", Service::onLinkDown);
    }

    private void each(String what, Consumer<Service> tell) {
        for (Service service : services) {
            try {
                tell.accept(service);
            } catch (RuntimeException fault) {
                out.bug(what, fault);
            }
        }
    }

    /** Confined to its event loop. */
    private static final class Joint implements Routes {
        private final IqRouter router;
        private final DiscoNodes infoNodes = new DiscoNodes();
        private final DiscoNodes itemsNodes = new DiscoNodes();
        private final List<Function<Iq, List<Element>>> items = new ArrayList<>();

        Joint(IqRouter router) {
            this.router = router;
        }

        @Override
        public Routes onGet(String name, String namespace, String what, IqHandler handler) {
            router.onGet(name, namespace, what, handler);
            return this;
        }

        @Override
        public Routes onSet(String name, String namespace, String what, IqHandler handler) {
            router.onSet(name, namespace, what, handler);
            return this;
        }

        @Override
        public Routes onMessage(String name, String namespace, MessageHandler handler) {
            router.onMessage(name, namespace, handler);
            return this;
        }

        @Override
        public Routes onAccounts(String what, StanzaHandler handler) {
            router.onAccounts(what, handler);
            return this;
        }

        @Override
        public Routes infoNode(Predicate<String> node, IqHandler handler) {
            infoNodes.add(node, handler);
            return this;
        }

        @Override
        public Routes itemsNode(Predicate<String> node, IqHandler handler) {
            itemsNodes.add(node, handler);
            return this;
        }

        @Override
        public Routes items(Function<Iq, List<Element>> items) {
            this.items.add(items);
            return this;
        }
    }
}
