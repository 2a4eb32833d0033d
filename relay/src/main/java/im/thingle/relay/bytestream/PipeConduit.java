// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import im.thingle.relay.net.EpollStreamSocket;
import im.thingle.relay.net.LinuxCalls;
import im.thingle.relay.net.StreamSocket;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Errors;
import java.io.IOException;

/**
 * A kernel pipe, through which pages move from socket to socket by reference (splice(2)). Unlike Netty's own splice it
 * sees the error number, so it can tell the end of file from an empty socket. Confined to its event loop.
 */
final class PipeConduit implements Conduit {
    /** What a pipe holds if nothing is asked for. */
    static final int DEFAULT_BYTES = 64 * 1024;

    private final LinuxCalls calls;
    private final FileDescriptor out;
    private final FileDescriptor in;
    private final int capacity;
    private long held;

    /**
     * @param wantedBytes capacity to ask for; a system that grants less is fine
     * @throws IOException if there is no descriptor left
     */
    PipeConduit(LinuxCalls calls, int wantedBytes) throws IOException {
        this.calls = calls;
        FileDescriptor[] ends = FileDescriptor.pipe();
        out = ends[0];
        in = ends[1];
        int granted = wantedBytes == DEFAULT_BYTES ? 0 : calls.pipeSize(in.intValue(), wantedBytes);
        capacity = granted > 0 ? granted : DEFAULT_BYTES;
    }

    @Override
    public long fill(StreamSocket source, long atMost) throws IOException {
        long most = Math.min(atMost, capacity);
        long moved = calls.splice(((EpollStreamSocket) source).descriptor(), in.intValue(), most);
        if (moved > 0) {
            held += moved;
            return moved;
        }
        return moved == 0 ? END : nothingOr("splice from a client", moved);
    }

    @Override
    public long flush(StreamSocket sink) throws IOException {
        long moved = calls.splice(out.intValue(), ((EpollStreamSocket) sink).descriptor(), held);
        if (moved > 0) {
            held -= moved;
            return moved;
        }
        return moved == 0 ? 0 : nothingOr("splice to a client", moved);
    }

    @Override
    public long held() {
        return held;
    }

    @Override
    public void close() {
        closeQuietly(out);
        closeQuietly(in);
    }

    private static long nothingOr(String what, long negatedError) throws IOException {
        if (negatedError == -LinuxCalls.EAGAIN) {
            return 0;
        }
        throw new Errors.NativeIoException(what, (int) negatedError, false);
    }

    private static void closeQuietly(FileDescriptor end) {
        try {
            end.close();
        } catch (IOException ignored) {
            // gone either way
        }
    }
}
