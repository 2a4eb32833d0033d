// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

/**
 * One thing wrong with the configuration, as one line for the operator. Never holds a secret. Immutable.
 *
 * @param fatal whether the server refuses to start over it
 * @param key full path of the key, or empty when the file as a whole is meant
 * @param what what is wrong
 * @param advice what to do about it; may be empty
 */
public record Problem(boolean fatal, Place place, String key, String what, String advice) {
    @Override
    public String toString() {
        return place + ": " + (fatal ? "" : "warning: ") + (key.isEmpty() ? "" : key + ": ") + what
                + (advice.isEmpty() ? "" : "; " + advice);
    }
}
