// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.jingle.transport.InBandTransport;
import im.thingle.signaling.jingle.transport.LegAddress;
import im.thingle.signaling.jingle.transport.StreamTransport;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.stanza.StanzaError;
import java.util.HashMap;
import java.util.Map;

/**
 * Brings the stanzas of in-band bytestreams (XEP-0047) to the transports they belong to. Confined to its event loop.
 */
public final class InBandStreams {
    private record Name(String ours, String theirs, String sid) {}

    private final Map<Name, InBandTransport> open = new HashMap<>();
    private final Map<InBandTransport, Name> names = new HashMap<>();

    /** From now on this transport's stanzas are brought to it, if it is in-band. */
    void serve(LegAddress leg, StreamTransport transport) {
        if (transport instanceof InBandTransport inBand) {
            Name name = new Name(leg.ours(), leg.theirs(), inBand.sid());
            open.put(name, inBand);
            names.put(inBand, name);
        }
    }

    void forget(StreamTransport transport) {
        if (transport instanceof InBandTransport inBand) {
            Name name = names.remove(inBand);
            open.remove(name, inBand);
        }
    }

    /** Takes a request of XEP-0047. */
    public void onIq(Iq iq, Reply reply) {
        onIq(iq, iq.to(), iq.from(), reply);
    }

    /**
     * Takes a request of XEP-0047.
     *
     * @param ours the prepared address it is for
     * @param theirs the prepared address of who sent it
     */
    public void onIq(Iq iq, String ours, String theirs, Reply reply) {
        InBandTransport transport = open.get(new Name(ours, theirs, iq.payload().attribute("sid")));
        if (transport != null) {
            transport.onIq(iq, reply);
        } else if (iq.payload().name().equals("open")) {
            reply.error(StanzaError.NOT_ACCEPTABLE, "In-band bytestreams are negotiated by Jingle here.");
        } else {
            reply.error(StanzaError.ITEM_NOT_FOUND, "There is no such bytestream.");
        }
    }

    public int size() {
        return open.size();
    }
}
