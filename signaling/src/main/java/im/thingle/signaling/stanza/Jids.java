// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import java.util.Optional;
import org.jxmpp.JxmppContext;
import org.jxmpp.jid.Jid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.stringprep.XmppStringprepException;

/** Reads XMPP addresses and prepares their parts (RFC 6122), always with our own stringprep. Safe from any thread. */
public final class Jids {
    /** Three parts of 1,023 bytes and two separators (RFC 6122 §2.1). */
    private static final int MAX_CHARS = 3 * 1023 + 2;

    private static final JxmppContext CONTEXT = JxmppContext.builder()
            .withXmppStringprep(new LibidnStringprep()).build();

    private Jids() {}

    /** The prepared address, or empty if it is malformed. */
    public static Optional<Jid> parse(String text) {
        if (text == null || text.length() > MAX_CHARS) {
            return Optional.empty();
        }
        try {
            return Optional.of(JidCreate.from(text, CONTEXT));
        } catch (XmppStringprepException e) {
            return Optional.empty();
        }
    }
}
