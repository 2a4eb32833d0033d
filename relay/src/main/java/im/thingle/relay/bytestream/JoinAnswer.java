// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.account.StreamReport;

/** What came of a joining; {@link #ended} follows {@link #activated}, and nothing else, on an event loop. */
public interface JoinAnswer extends ActivationAnswer {
    /** The stream is over. */
    void ended(StreamReport report);
}
