// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.certificate;

import java.io.IOException;
import java.nio.file.Path;

/** A certificate or key that cannot be used; the message says which file and why. Immutable. */
public final class BrokenCertificate extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean ofKey;
    private final String what;
    private final String advice;

    BrokenCertificate(boolean ofKey, Path file, String what, String advice) {
        super(what + ": " + file + "; " + advice);
        this.ofKey = ofKey;
        this.what = what + ": " + file;
        this.advice = advice;
    }

    /** Whether the file of the key is to blame, not that of the certificate. */
    public boolean ofKey() {
        return ofKey;
    }

    /** What is wrong. */
    public String what() {
        return what;
    }

    /** What to do about it. */
    public String advice() {
        return advice;
    }
}
