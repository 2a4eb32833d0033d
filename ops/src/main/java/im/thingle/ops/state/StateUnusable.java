// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.state;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;

/** The state directory cannot be made, read or written; the message says what to do. Immutable. */
public final class StateUnusable extends IOException {
    private static final long serialVersionUID = 1;

    StateUnusable(Path path, IOException cause) {
        super(path + " cannot be used to keep what Thingle makes ("
                + (cause instanceof AccessDeniedException ? "permission denied" : cause.getMessage())
                + "); let its owner run this, or write another directory as thingle.state-directory", cause);
    }

    /** @param advice the next step */
    StateUnusable(Path file, String what, String advice, Exception cause) {
        super(file + " " + what + "; " + advice, cause);
    }
}
