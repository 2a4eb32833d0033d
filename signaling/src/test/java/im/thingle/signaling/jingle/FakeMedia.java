// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.port.MediaCall;
import im.thingle.signaling.port.MediaCandidate;
import im.thingle.signaling.port.MediaDescription;
import im.thingle.signaling.port.MediaEnd;
import im.thingle.signaling.port.MediaListener;
import im.thingle.signaling.port.MediaParty;
import im.thingle.signaling.port.MediaPort;
import im.thingle.signaling.port.StreamParties;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Legs of calls without sockets; everything asked of them is written down. Later calls are in {@link #more}. */
final class FakeMedia implements MediaPort, MediaCall {
    final List<String> done = new ArrayList<>();
    final List<MediaCandidate> candidates = new ArrayList<>();
    final List<FakeMedia> more = new ArrayList<>();
    private int number;
    StreamParties parties;
    MediaListener listener;
    int components;
    boolean refuses;
    boolean slow;
    RuntimeException faultAtEnd;
    Consumer<Optional<MediaCall>> whenDone;

    @Override
    public void open(StreamParties parties, int components, MediaListener listener,
            Consumer<Optional<MediaCall>> whenDone) {
        if (this.whenDone != null) {
            FakeMedia another = new FakeMedia();
            more.add(another);
            another.number = more.size();
            another.slow = slow;
            another.open(parties, components, listener, whenDone);
            return;
        }
        this.parties = parties;
        this.components = components;
        this.listener = listener;
        this.whenDone = whenDone;
        if (!slow) {
            answer();
        }
    }

    void answer() {
        whenDone.accept(refuses ? Optional.empty() : Optional.of(this));
    }

    /** Ours: candidates of both components at the relay. */
    static MediaDescription description(String fragment, int components) {
        return description(fragment, components, 0);
    }

    private static MediaDescription description(String fragment, int components, int number) {
        List<MediaCandidate> candidates = new ArrayList<>();
        for (int i = 1; i <= components; i++) {
            candidates.add(new MediaCandidate(i, "1", 2_130_706_431 + 1 - i, "203.0.113.7", 50_000 + i + 10 * number,
                    "udp", "host"));
        }
        return new MediaDescription(fragment, fragment + "-password-of-the-relay", candidates);
    }

    @Override
    public MediaDescription ours(MediaParty party) {
        return description((party == MediaParty.INITIATOR ? "toRomeo" : "toJuliet") + (number == 0 ? "" : number),
                components, number);
    }

    @Override
    public void theirs(MediaParty party, MediaDescription theirs) {
        candidates.addAll(theirs.candidates());
        done.add(party + " is " + theirs.fragment() + "/" + theirs.password() + " "
                + theirs.candidates().stream().map(each -> each.ip() + ":" + each.port() + "/" + each.protocol())
                        .toList());
    }

    @Override
    public void reduce(int components) {
        done.add("reduce " + components);
    }

    @Override
    public void start(MediaParty party) {
        done.add("start " + party);
    }

    @Override
    public void bundled() {
        done.add("bundled");
        listener.ended(new MediaEnd(0, "bundled"));
    }

    @Override
    public void end() {
        if (faultAtEnd != null) {
            throw faultAtEnd;
        }
        done.add("end");
        listener.ended(new MediaEnd(7, "ended"));
    }
}
