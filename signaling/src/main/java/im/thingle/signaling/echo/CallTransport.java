// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.jingle.Content;
import im.thingle.signaling.jingle.transport.IceTransport;
import im.thingle.signaling.port.MediaCandidate;
import im.thingle.signaling.port.MediaDescription;
import im.thingle.signaling.port.MediaFingerprint;
import im.thingle.signaling.port.MirrorCall;
import im.thingle.signaling.port.MirrorEnd;
import im.thingle.signaling.port.MirrorListener;
import im.thingle.signaling.port.MirrorPort;
import im.thingle.signaling.port.StreamParties;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One ICE transport of a call, and the contents that go over it. Confined to its event loop. */
final class CallTransport implements MirrorListener {
    /** What becomes of it. */
    interface Output {
        /** It is there, or cannot be. */
        void opened(CallTransport transport, boolean isThere);

        /** Media flows. */
        void flows();

        /** The client is to be told what is ours now. */
        void restarted(CallTransport transport);

        /** Nothing flows any more. */
        void ended(CallTransport transport);
    }

    /** What is kept until there is somebody to tell. */
    private static final int MOST_CANDIDATES = 64;

    private final List<Content> contents;
    private final Output out;
    /** Fragments of bundled contents whose transports have been bundled away. */
    private final Set<String> strangers = new HashSet<>();
    private final List<MediaCandidate> waiting = new ArrayList<>();
    private MediaDescription theirs;
    private MediaDescription ours;
    private MirrorCall mirror;
    private MirrorEnd end;
    private String profile = "";
    private int generation;
    private boolean closing;

    CallTransport(List<Content> contents, Output out) {
        this.contents = new ArrayList<>(contents);
        this.out = out;
        theirs = IceTransport.of(contents.getFirst().transport()).description();
        for (Content each : contents) {
            strangers.add(IceTransport.of(each.transport()).description().fragment());
        }
        strangers.remove(theirs.fragment());
        waiting.addAll(theirs.candidates());
    }

    void open(MirrorPort mirrors, StreamParties parties) {
        List<MediaFingerprint> prints = CallOffer.fingerprints(contents.getFirst(), mirrors::understands);
        mirrors.open(parties, prints, this, this::opened);
    }

    List<Content> contents() {
        return contents;
    }

    /** What the client is to be told of us; when it is there. */
    MediaDescription ours() {
        return ours;
    }

    /** How often the client has begun anew. */
    int generation() {
        return generation;
    }

    long turned(long source) {
        return mirror.turned(source);
    }

    boolean has(Content.Key key) {
        return contents.stream().anyMatch(each -> each.key().equals(key));
    }

    /** Whether a content would go over it. */
    boolean takes(Content content) {
        return IceTransport.of(content.transport()).description().isOfSameAgentAs(theirs);
    }

    /** The client has been told. */
    void start() {
        mirror.start();
    }

    /** What the client tells of itself. */
    void told(IceTransport transport) {
        MediaDescription told = transport.description();
        if (told != null && strangers.contains(told.fragment())) {
            return;
        }
        if (told != null && !told.isOfSameAgentAs(theirs)) {
            theirs = told;
            waiting.clear();
        }
        List<MediaCandidate> more = transport.candidates();
        if (mirror != null) {
            mirror.theirs(new MediaDescription(theirs.fragment(), theirs.password(), more));
        } else {
            more.stream().limit(MOST_CANDIDATES - waiting.size()).forEach(waiting::add);
        }
    }

    /** Null: it has not ended. */
    MirrorEnd ended() {
        return end;
    }

    /** How it is secured; empty: not yet. */
    String profile() {
        return profile;
    }

    void close() {
        closing = true;
        if (mirror != null) {
            mirror.end();
        }
    }

    private void opened(Optional<MirrorCall> found) {
        mirror = found.orElse(null);
        if (mirror != null && closing) {
            mirror.end();
        } else if (mirror != null) {
            ours = mirror.ours();
            mirror.theirs(new MediaDescription(theirs.fragment(), theirs.password(), waiting));
            waiting.clear();
        }
        out.opened(this, mirror != null);
    }

    @Override
    public void connected() {
        // nothing flows before it is secured
    }

    @Override
    public void secured(String name) {
        profile = name;
        out.flows();
    }

    @Override
    public void restarted(MediaDescription now) {
        ours = now;
        generation++;
        out.restarted(this);
    }

    @Override
    public void ended(MirrorEnd how) {
        end = how;
        out.ended(this);
    }
}
