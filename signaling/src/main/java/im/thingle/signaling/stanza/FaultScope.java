// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

/** Keeps a fault of ours from leaving half-made what it comes up in. Confined to its event loop. */
@FunctionalInterface
public interface FaultScope {
    /** Knows of nothing but what breaks at once. */
    FaultScope NARROW = (work, undo) -> {
        try {
            work.run();
        } catch (RuntimeException fault) {
            try {
                undo.run();
            } catch (RuntimeException another) {
                fault.addSuppressed(another);
            }
            throw fault;
        }
    };

    /**
     * Does something. If that breaks, or later what waits for something that was asked for meanwhile, then {@code undo}
     * is done; the fault is thrown on, or reported where there is nobody to throw it to.
     */
    void within(Runnable work, Runnable undo);
}
