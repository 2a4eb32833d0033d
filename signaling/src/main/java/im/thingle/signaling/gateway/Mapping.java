// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.gateway;

import im.thingle.signaling.jingle.JingleSessions;
import im.thingle.signaling.stanza.Jids;
import java.util.Optional;
import org.jxmpp.jid.Jid;

/**
 * Which address of ours stands for which other: {@code bob\40example.net@proxy.example.org/phone} for
 * {@code bob@example.net/phone}. It is the same both ways and for everybody, so nothing has to be kept for it. Immutable.
 */
public final class Mapping implements JingleSessions.Addresses {
    private final String component;

    /** @param component the component's prepared domain */
    public Mapping(String component) {
        this.component = component;
    }

    String component() {
        return component;
    }

    /** @throws IllegalArgumentException if the address is too long to be escaped; {@link #fits} tells before */
    @Override
    public Jid seen(Jid real) {
        return escaped(real).orElseThrow(() -> new IllegalArgumentException(real + " is too long to be escaped"));
    }

    /** Whether this address can be told to others: it is a user's, and not too long. */
    boolean fits(Jid real) {
        return real.getLocalpartOrNull() != null && escaped(real).isPresent();
    }

    /** The address that one of ours stands for; empty if it stands for none: no user's, or malformed. */
    Optional<Jid> real(Jid ours) {
        if (ours.getLocalpartOrNull() == null) {
            return Optional.empty();
        }
        String bare = EscapedJid.unescape(ours.getLocalpartOrNull().toString());
        String resource = ours.getResourceOrNull() == null ? "" : "/" + ours.getResourceOrNull();
        return Jids.parse(bare)
                .filter(jid -> jid.getLocalpartOrNull() != null && jid.getResourceOrNull() == null)
                .flatMap(jid -> Jids.parse(jid + resource));
    }

    /** Whether this address is one of ours itself: escaping it would lead in a circle. */
    boolean isOurs(Jid real) {
        return real.getDomain().toString().equals(component);
    }

    private Optional<Jid> escaped(Jid real) {
        String localpart = EscapedJid.escape(real.asBareJid().toString());
        String resource = real.getResourceOrNull() == null ? "" : "/" + real.getResourceOrNull();
        return Jids.parse(localpart + "@" + component + resource);
    }
}
