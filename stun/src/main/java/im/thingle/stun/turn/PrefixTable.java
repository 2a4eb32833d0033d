// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import im.thingle.stun.attribute.TransportAddress.Family;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Address ranges with a verdict each; the longest that matches decides. A look-up leaves no garbage. Immutable. */
final class PrefixTable {
    /** @param refusal why an address in the range is refused; null: it is allowed */
    record Rule(Prefix prefix, String refusal) {
        /** A range that is denied, and why; its text names both. */
        static Rule deny(String cidr, String why) {
            return new Rule(Prefix.parse(cidr), cidr + " " + why);
        }
    }

    /** {@link #find} found nothing. */
    static final int NONE = -1;

    private final Family[] families;
    private final long[] highs;
    private final long[] highMasks;
    private final long[] lows;
    private final long[] lowMasks;
    private final String[] refusals;

    PrefixTable(List<Rule> rules) {
        // longest first; of two rules for the very same range the one that refuses
        List<Rule> sorted = new ArrayList<>(rules);
        sorted.sort(Comparator.comparingInt((Rule rule) -> -rule.prefix().length())
                .thenComparing(rule -> rule.refusal() == null));
        int count = sorted.size();
        families = new Family[count];
        highs = new long[count];
        highMasks = new long[count];
        lows = new long[count];
        lowMasks = new long[count];
        refusals = new String[count];
        for (int i = 0; i < count; i++) {
            Prefix prefix = sorted.get(i).prefix();
            families[i] = prefix.family();
            highs[i] = prefix.high();
            highMasks[i] = Prefix.highMask(prefix.family(), prefix.length());
            lows[i] = prefix.low();
            lowMasks[i] = Prefix.lowMask(prefix.family(), prefix.length());
            refusals[i] = sorted.get(i).refusal();
        }
    }

    /** The rule that decides about this address, or {@link #NONE}. */
    int find(Family family, long high, long low) {
        for (int i = 0; i < highs.length; i++) {
            if ((low & lowMasks[i]) == lows[i] && (high & highMasks[i]) == highs[i] && families[i] == family) {
                return i;
            }
        }
        return NONE;
    }

    /** What a rule says: null if it allows. */
    String refusal(int rule) {
        return refusals[rule];
    }
}
