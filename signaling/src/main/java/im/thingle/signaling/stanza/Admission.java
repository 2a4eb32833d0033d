// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import im.thingle.signaling.port.AccessPort;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jxmpp.jid.Jid;

/**
 * Lets in whoever may use the component and turns the others away, in the same words for every service; and does so
 * only as often as an account may ask, over all services that share it. Confined to its event loop.
 */
public final class Admission {
    private final AccessPort access;
    private final String component;
    private final int requestsPerMinute;
    private final RequestBudget budget;
    private final LongSupplier nanoTime;

    /** Without a limit to the number of requests. */
    public Admission(AccessPort access, String component) {
        this(access, component, 0, () -> 0);
    }

    /**
     * @param component the component's prepared domain
     * @param requestsPerMinute how many requests one account may send in a minute; 0: no limit
     */
    public Admission(AccessPort access, String component, int requestsPerMinute, LongSupplier nanoTime) {
        this.access = access;
        this.component = component;
        this.requestsPerMinute = requestsPerMinute;
        this.nanoTime = nanoTime;
        budget = new RequestBudget(requestsPerMinute);
    }

    /** The component's prepared domain. */
    public String component() {
        return component;
    }

    /** Whether an account, a prepared bare JID, may use the component. */
    public boolean permits(String account) {
        return access.permits(account, component);
    }

    /**
     * The prepared address of the sender; or empty, and then the request has been answered with an error. The checks
     * come in the order of what a stranger may learn; whoever may ask pays for wrong questions too.
     */
    public Optional<Jid> admit(Iq request, Reply reply) {
        Optional<Jid> sender = Jids.parse(request.from());
        if (sender.isEmpty()) {
            reply.error(StanzaError.JID_MALFORMED, "The sender's JID is malformed.");
            return sender;
        }
        String account = sender.get().asBareJid().toString();
        if (!permits(account)) {
            reply.error(StanzaError.FORBIDDEN,
                    "You may not use this service; ask its operator, or use that of your own server.");
            return Optional.empty();
        }
        return take(account, reply) ? sender : Optional.empty();
    }

    /**
     * Takes one request of what an account may ask; false, and the request has been answered, if there is none left.
     */
    public boolean take(String account, Reply reply) {
        boolean left = budget.take(account, nanoTime.getAsLong());
        if (!left) {
            reply.error(StanzaError.RESOURCE_CONSTRAINT,
                    "You may ask " + requestsPerMinute + " times in a minute; try again later.");
        }
        return left;
    }
}
