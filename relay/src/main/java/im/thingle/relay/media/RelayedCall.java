// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.account.Charge;
import java.util.List;

/**
 * A call between two parties that never meet: each has an ICE leg with us, and what is no STUN goes from leg to leg
 * as it is (SRTP and DTLS are the parties' own). Confined to its event loop.
 */
final class RelayedCall extends Call {
    private final CallListener listener;
    private final CallAnswer answer;
    private final IceLeg initiator;
    private final IceLeg responder;
    private final List<IceLeg> legs;

    RelayedCall(String id, CallOwner owner, int components, CallListener listener, CallAnswer answer, CallShard shard,
            Charge charge) {
        super(id, owner, shard, charge);
        this.listener = listener;
        this.answer = answer;
        initiator = new IceLeg(this, CallParty.INITIATOR, components);
        responder = new IceLeg(this, CallParty.RESPONDER, components);
        legs = List.of(initiator, responder);
        for (int i = 0; i < components; i++) {
            initiator.components().get(i).sendTo(responder.components().get(i));
            responder.components().get(i).sendTo(initiator.components().get(i));
        }
    }

    @Override
    List<IceLeg> legs() {
        return legs;
    }

    @Override
    void answer(CallControl control) {
        answer.opened(control, initiator.ours(), responder.ours());
    }

    @Override
    void refuse(CallRefusal why) {
        answer.refused(why);
    }

    @Override
    void tellConnected() {
        listener.connected();
    }

    @Override
    void restarted(CallParty party, IceDescription ours) {
        listener.restarted(party, ours);
    }

    @Override
    void tellEnded(CallReport report) {
        listener.ended(report);
    }

    @Override
    long bytes() {
        return initiator.bytes() + responder.bytes();
    }

    @Override
    long packets() {
        return initiator.packets() + responder.packets();
    }

    @Override
    CallReport report(CallEnd reason) {
        return new CallReport(id(), owner(), initiator.remote(), responder.remote(), initiator.bytes(),
                initiator.packets(), responder.bytes(), responder.packets(), packetsDropped(), durationNanos(), reason);
    }
}
