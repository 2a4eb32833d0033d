// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/** One client's end of a bytestream, brought to the signaling room chunk by chunk. Safe from any thread. */
public interface ByteStream {
    /** Asks for the next bytes: one {@link ByteStreamListener#data} or {@link ByteStreamListener#ended} follows. */
    void read();

    /**
     * Sends bytes to the client; answered once by {@link ByteStreamListener#written}, and until then not called again.
     */
    void write(byte[] bytes);

    /** Nothing more will be written. What was written is delivered first. */
    void finish();

    /** Ends both ways at once. Nothing is told any more. */
    void cut();
}
