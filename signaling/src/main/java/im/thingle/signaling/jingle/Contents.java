// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.jingle;

import im.thingle.signaling.xml.Element;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The contents of one session: which there are, what carries each, and what has been proposed of them and not answered yet
 * (XEP-0166 §7.3). Confined to its event loop.
 */
final class Contents {
    /** A proposal of a party's that the other has not decided. Confined to its event loop. */
    private record Proposal(Side by, Patience patience) {}

    private final Duration decision;
    private final Map<Content.Key, Carriage> carriages = new LinkedHashMap<>();
    /** What each was offered as: one that was taken back may be followed by another of the same key. */
    private final Map<Content.Key, Content> offers = new HashMap<>();
    private final Map<Content.Key, Proposal> added = new LinkedHashMap<>();
    private final Map<Content.Key, Side> replacing = new HashMap<>();
    private final Set<Content.Key> agreed = new HashSet<>();
    /** Those that the other party has not been offered yet, and who offers them. */
    private final Map<Content.Key, Side> untold = new HashMap<>();
    private final Bundles bundles = new Bundles();

    /** @param decision how long a party may take to decide on a content that the other has added */
    Contents(Duration decision) {
        this.decision = decision;
    }

    Carriage carriage(Content.Key key) {
        return carriages.get(key);
    }

    /** Each carriage once, though it may have several contents. */
    Set<Carriage> all() {
        return new LinkedHashSet<>(carriages.values());
    }

    boolean isEmpty() {
        return carriages.isEmpty();
    }

    /** Whether all contents of an action are there; those that it adds must not be. */
    boolean know(Jingle jingle) {
        boolean adds = jingle.action() == JingleAction.CONTENT_ADD;
        return jingle.contents().stream().allMatch(content -> carriages.containsKey(content.key()) != adds);
    }

    /** Whether an answer has been waited for, from this party and to all of it. */
    boolean await(Side from, Jingle jingle) {
        return switch (jingle.action()) {
            case CONTENT_ACCEPT, CONTENT_REJECT -> all(jingle, key -> isAdded(from.other(), key));
            case TRANSPORT_ACCEPT, TRANSPORT_REJECT -> all(jingle, key -> replacing.get(key) == from);
            default -> true;
        };
    }

    /** Whether there would be more of them than any application has. */
    boolean overflow(Jingle jingle) {
        return jingle.action() == JingleAction.CONTENT_ADD
                && carriages.size() + jingle.contents().size() > Jingle.MOST_CONTENTS;
    }

    /** Whether the carriages can make sense of what a transport-info action tells. */
    boolean understand(Side from, Jingle jingle) {
        return jingle.action() != JingleAction.TRANSPORT_INFO
                || jingle.contents().stream().allMatch(each -> carriage(each.key()).understands(from, each));
    }

    /** Whether we have proposed another transport to this party for one of these contents, and it has not decided. */
    boolean isReplacing(Side to, Jingle jingle) {
        return jingle.action() == JingleAction.TRANSPORT_REPLACE
                && jingle.contents().stream().anyMatch(content -> replacing.get(content.key()) == to);
    }

    void replacing(Side to, Content.Key key) {
        replacing.put(key, to);
    }

    void replaced(Content.Key key) {
        replacing.remove(key);
    }

    void added(Side by, List<Content> contents) {
        contents.forEach(content -> {
            Proposal proposal = new Proposal(by, new Patience(decision));
            proposal.patience().start();
            added.put(content.key(), proposal);
            offers.put(content.key(), content);
        });
    }

    /** Those that a party has added, and the other has let too much time pass. */
    List<Content.Key> overdue(Side by, long now) {
        return List.copyOf(added.keySet()).stream()
                .filter(key -> isAdded(by, key) && added.get(key).patience().ends(now))
                .toList();
    }

    /** Those of the offer that nobody has agreed to. */
    List<Content.Key> leftOut() {
        return carriages.keySet().stream().filter(key -> !agreed.contains(key) && !added.containsKey(key)).toList();
    }

    /** An action offers contents: what it says of all of them together is kept for the answer. */
    void offered(Jingle offer) {
        bundles.offered(offer);
    }

    /** What an offer says of its contents together, but for those that are left out: nobody bundles with them. */
    List<Element> others(Jingle offer, List<Content> told) {
        Set<String> gone = new HashSet<>();
        offer.contents().forEach(content -> gone.add(content.key().name()));
        told.forEach(content -> gone.remove(content.key().name()));
        return Bundles.without(gone, offer.others());
    }

    /** Those of an action that mean something to this party: it has offered them or has been offered them. */
    List<Content> known(Side to, List<Content> contents) {
        return contents.stream().filter(content -> untold.get(content.key()) != to.other()).toList();
    }

    /** Those of an answer that are still there. */
    List<Content> carried(List<Content> contents) {
        return contents.stream().filter(content -> carriages.containsKey(content.key())).toList();
    }

    /** Those of an offer that nobody has taken back, though nothing may carry them; not others of the same key. */
    List<Content> standing(List<Content> offered) {
        return offered.stream().filter(content -> offers.get(content.key()) == content).toList();
    }

    /**
     * A party accepts contents: those that both bundle have one carriage from now on.
     *
     * @return the contents, those first whose transport others share
     */
    List<Content> accepted(Jingle answer) {
        Set<Content.Key> leaders = bundles.accepted(answer, carriages);
        return answer.contents().stream()
                .sorted(Comparator.comparing(content -> !leaders.contains(content.key())))
                .toList();
    }

    /** Both parties have agreed to these. */
    void agreed(List<Content> contents) {
        contents.forEach(content -> {
            added.remove(content.key());
            agreed.add(content.key());
        });
    }

    boolean isAgreed(Content.Key key) {
        return agreed.contains(key);
    }

    /**
     * Gets ready what carries new contents of a party.
     *
     * @param carriage makes one, or finds one that there is; null if there is none for the content
     * @param whenReady told once whether all of it is that is still wanted; possibly before the method returns
     */
    void prepare(Side by, List<Content> contents, Function<Content, Carriage> carriage, Consumer<Boolean> whenReady) {
        for (Content content : contents) {
            Carriage one = content.transport() == null ? null : carriage.apply(content);
            if (one == null) {
                whenReady.accept(false);
                return;
            }
            carriages.put(content.key(), one);
            untold.put(content.key(), by);
            offers.put(content.key(), content);
            one.offered(by, content);
        }
        List<Carriage> waiting = new ArrayList<>();
        contents.stream().map(content -> carriages.get(content.key())).distinct().forEach(waiting::add);
        boolean[] refused = new boolean[1];
        for (Carriage one : List.copyOf(waiting)) {
            one.prepare(ready -> {
                waiting.remove(one);
                if (!ready && !refused[0] && carriages.containsValue(one)) {
                    refused[0] = true;
                    whenReady.accept(false);
                } else if (waiting.isEmpty() && !refused[0]) {
                    whenReady.accept(true);
                }
            });
        }
    }

    void remove(Content.Key key) {
        added.remove(key);
        replacing.remove(key);
        agreed.remove(key);
        untold.remove(key);
        offers.remove(key);
        Carriage carriage = carriages.remove(key);
        if (carriage != null) {
            carriage.removed(key);
        }
    }

    /** Those of an offer that are standing, each with our transport for that party, which is told of them now. */
    List<Content> told(Side to, List<Content> offered) {
        List<Content> standing = standing(offered);
        standing.forEach(content -> untold.remove(content.key(), to.other()));
        return withOurs(to, standing);
    }

    /** Each of them that is there with our transport for that party. */
    List<Content> withOurs(Side to, List<Content> contents) {
        return carried(contents).stream()
                .map(content -> content.withTransport(carriages.get(content.key()).local(to, content.key())))
                .toList();
    }

    private boolean isAdded(Side by, Content.Key key) {
        return added.containsKey(key) && added.get(key).by() == by;
    }

    private static boolean all(Jingle jingle, Function<Content.Key, Boolean> holds) {
        return jingle.contents().stream().allMatch(content -> holds.apply(content.key()));
    }
}
