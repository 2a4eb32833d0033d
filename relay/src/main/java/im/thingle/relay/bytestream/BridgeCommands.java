// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.bytestream;

import io.netty.channel.IoEventLoop;
import java.util.concurrent.RejectedExecutionException;

/** The only way into a bridged leg from outside its event loop. Safe from any thread. */
public final class BridgeCommands {
    private final IoEventLoop loop;
    private final BridgedLeg leg;

    BridgeCommands(IoEventLoop loop, BridgedLeg leg) {
        this.loop = loop;
        this.leg = leg;
    }

    /** Asks for the next bytes: one {@link BridgeListener#data} or {@link BridgeListener#ended} follows. */
    public void read() {
        run(leg::read);
    }

    /**
     * Sends bytes to the client; answered once by {@link BridgeListener#written}, and until then not called again.
     *
     * @param bytes not to be changed until then
     */
    public void write(byte[] bytes) {
        run(() -> leg.write(bytes));
    }

    /** Nothing more will be written: the end of file goes out behind what was. */
    public void endOutput() {
        run(leg::endOutput);
    }

    /** Ends both ways at once. Nothing is told any more. */
    public void cut() {
        run(leg::cut);
    }

    private void run(Runnable command) {
        if (loop.inEventLoop()) {
            guarded(command);
            return;
        }
        try {
            loop.execute(() -> guarded(command));
        } catch (RejectedExecutionException stopped) {
            // what was bridged has ended with the server
        }
    }

    private void guarded(Runnable command) {
        try {
            command.run();
        } catch (RuntimeException | Error bug) {
            leg.onFault(bug);
        }
    }
}
