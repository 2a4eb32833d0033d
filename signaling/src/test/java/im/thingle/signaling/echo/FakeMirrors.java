// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.port.MediaCandidate;
import im.thingle.signaling.port.MediaDescription;
import im.thingle.signaling.port.MediaFingerprint;
import im.thingle.signaling.port.MirrorCall;
import im.thingle.signaling.port.MirrorEnd;
import im.thingle.signaling.port.MirrorListener;
import im.thingle.signaling.port.MirrorPort;
import im.thingle.signaling.port.StreamParties;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A relay that gives back whatever the test says it does. */
final class FakeMirrors implements MirrorPort {
    /** One call, and what it was told. */
    static final class Mirrored implements MirrorCall {
        final StreamParties parties;
        final List<MediaFingerprint> prints;
        final MirrorListener listener;
        final List<MediaDescription> theirs = new ArrayList<>();
        private final Consumer<Optional<MirrorCall>> whenDone;
        private final String fragment;
        boolean started;
        boolean ended;

        Mirrored(String fragment, StreamParties parties, List<MediaFingerprint> prints, MirrorListener listener,
                Consumer<Optional<MirrorCall>> whenDone) {
            this.fragment = fragment;
            this.parties = parties;
            this.prints = prints;
            this.listener = listener;
            this.whenDone = whenDone;
        }

        void open() {
            whenDone.accept(Optional.of(this));
        }

        void refuse() {
            whenDone.accept(Optional.empty());
        }

        /** As the relay tells when all is over. */
        void over(String reason, String route) {
            listener.ended(new MirrorEnd(reason, 6000, 60, 5900, 59, 1, 0, Set.of(111), route));
        }

        @Override
        public MediaDescription ours() {
            return description(fragment);
        }

        @Override
        public long turned(long source) {
            return source + 1000;
        }

        @Override
        public void theirs(MediaDescription told) {
            theirs.add(told);
        }

        @Override
        public void start() {
            started = true;
        }

        @Override
        public void end() {
            ended = true;
        }
    }

    final List<Mirrored> calls = new ArrayList<>();

    static MediaDescription description(String fragment) {
        return new MediaDescription(fragment, "pwd-of-" + fragment,
                List.of(new MediaCandidate(1, "1", 2130706431L, "192.0.2.7", 50000, "udp", "host")));
    }

    @Override
    public MediaFingerprint fingerprint() {
        return new MediaFingerprint("sha-256", "0A:0B");
    }

    @Override
    public boolean understands(MediaFingerprint print) {
        return print.hash().equals("sha-256");
    }

    @Override
    public void open(StreamParties parties, List<MediaFingerprint> theirs, MirrorListener listener,
            Consumer<Optional<MirrorCall>> whenDone) {
        calls.add(new Mirrored("ours" + calls.size(), parties, theirs, listener, whenDone));
    }
}
