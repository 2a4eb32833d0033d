// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import im.thingle.ops.account.BareJid;
import im.thingle.relay.bytestream.Parties;
import im.thingle.relay.media.CallOwner;
import im.thingle.relay.media.ChannelOwner;
import im.thingle.signaling.port.BrokeredSession;
import java.util.Optional;

/**
 * Which sessions somebody asks for, as those who carry them know their parties. Immutable.
 *
 * @param account empty: all
 */
record Wanted(Optional<String> account) {
    static final Wanted ALL = new Wanted(Optional.empty());

    static Wanted of(String account) {
        return new Wanted(Optional.of(account));
    }

    boolean files(Parties parties) {
        return account.isEmpty() || parties.include(account.get());
    }

    boolean user(String user) {
        return account.isEmpty() || user.equals(account.get());
    }

    boolean channels(ChannelOwner owner) {
        return user(owner.account());
    }

    boolean media(CallOwner owner) {
        return user(owner.account()) || user(BareJid.of(owner.initiator())) || user(BareJid.of(owner.responder()));
    }

    boolean brokered(BrokeredSession session) {
        return user(BareJid.of(session.initiator())) || user(BareJid.of(session.responder()));
    }
}
