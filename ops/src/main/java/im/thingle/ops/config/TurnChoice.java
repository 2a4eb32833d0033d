// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

/** What the operator says about whether calls are relayed. Immutable. */
public enum TurnChoice {
    /** Yes; but if nothing is written about it and it cannot start, files are carried without it. */
    AUTO,
    /** Yes, or no start at all. */
    ON,
    /** No. */
    OFF
}
