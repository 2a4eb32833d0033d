// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.jingle.Reason;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.RequestBudget;
import im.thingle.signaling.xml.Element;
import java.util.function.LongSupplier;
import org.jxmpp.jid.Jid;

/**
 * Answers messages: people who write are told what to do, files and calls that are proposed are welcome (XEP-0353), or
 * turned down where there are no calls. Confined to its event loop.
 */
final class EchoMessages {
    static final String PROPOSALS = "urn:xmpp:jingle-message:0";

    /** Answers to one account: two machines may talk to each other, but not for long. */
    private static final int PER_MINUTE = 10;

    private final Letters letters;
    private final boolean calls;
    private final Proposals proposals;
    private final LongSupplier nanoTime;
    private final RequestBudget budget = new RequestBudget(PER_MINUTE);

    /**
     * @param calls whether there can be calls
     * @param proposals hears of those that are welcome
     */
    EchoMessages(Letters letters, boolean calls, Proposals proposals, LongSupplier nanoTime) {
        this.letters = letters;
        this.calls = calls;
        this.proposals = proposals;
        this.nanoTime = nanoTime;
    }

    /** Takes a message of somebody who may use the component. */
    void onMessage(Element message, Jid from) {
        Element proposal = message.child("propose", PROPOSALS);
        boolean proposed = proposal != null && proposal.attribute("id") != null;
        Element body = message.child("body", Iq.NAMESPACE);
        boolean written = body != null && !body.text().isBlank() && !"groupchat".equals(message.attribute("type"));
        if (!proposed && !written || !budget.take(from.asBareJid().toString(), nanoTime.getAsLong())) {
            return;
        }
        if (proposed) {
            answer(proposal, from);
        } else {
            letters.write(from.toString(), calls ? Wording.HELP_WITH_CALLS : Wording.HELP);
        }
    }

    private void answer(Element proposal, Jid from) {
        String to = from.toString();
        boolean file = proposal.children().stream().anyMatch(FileOffer::describes);
        boolean call = proposal.children().stream().anyMatch(child -> child.namespace().startsWith(Verdict.CALLS));
        Element.Builder answer =
                Element.of(file || call && calls ? "proceed" : "reject", PROPOSALS).attribute("id", proposal.attribute("id"));
        if (file || call && calls) {
            proposals.welcome(from.asBareJid().toString(), proposal.attribute("id"));
            letters.negotiate(to, answer.build());
            return;
        }
        String why = call ? Wording.NO_CALLS : Wording.FILES_ONLY;
        letters.negotiate(to, answer.child(Reason.UNSUPPORTED_APPLICATIONS.element(why, null)).build());
        letters.write(to, why);
    }
}
