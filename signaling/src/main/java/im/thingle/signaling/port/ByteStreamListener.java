// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.port;

/** Told by a {@link ByteStream}. Called on the link's event loop. */
public interface ByteStreamListener {
    /** Answers {@link ByteStream#read}: at least one byte, which the listener may keep. */
    void data(byte[] bytes);

    /** Answers {@link ByteStream#write}: there is room for more. */
    void written();

    /** Answers {@link ByteStream#read}: the client has sent its end of file. */
    void ended();

    /** The stream is no more; nothing follows. */
    void broken(String why);
}
