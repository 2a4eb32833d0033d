// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.state;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that keeps contacts: a set of texts. A change is written when the method that makes it returns, and outlives
 * the process however that ends; a loss of power may take the last moment's. Confined to its owner's lock.
 */
final class ContactsFile {
    static final String NAME = "contacts.mv";

    private static final Logger LOG = LoggerFactory.getLogger("thingle.state");
    private static final String MAP = "contacts";
    private static final int PAGE_BYTES = 2048; // a change writes a page or two
    private static final int TIDY_UP_MILLIS = 200;

    private final StateDirectory directory;
    private final AtomicBoolean syncing = new AtomicBoolean();
    private MVStore store;
    private MVMap<String, String> texts;
    private boolean closed;

    private ContactsFile(StateDirectory directory) {
        this.directory = directory;
    }

    /**
     * Takes the file for this process alone, or makes one.
     *
     * @param each is told of all that is in it
     * @throws StateUnusable if it is damaged, another process has it, or it cannot be read
     */
    static ContactsFile open(StateDirectory directory, Consumer<String> each) throws IOException {
        var file = new ContactsFile(directory);
        try {
            directory.make(NAME, ContactsFile::empty);
            file.open();
            file.texts.keySet().forEach(each);
            return file;
        } catch (RuntimeException unusable) { // damaged pages come to light as any kind of it
            file.abandon();
            throw file.unusable(unusable);
        }
    }

    /** Whether it is written; if not, the log says why. */
    boolean add(String text) {
        return change(() -> texts.put(text, ""));
    }

    /** Likewise. */
    boolean remove(String text) {
        return change(() -> texts.remove(text));
    }

    void close() {
        closed = true;
        if (store != null) {
            store.close(TIDY_UP_MILLIS);
        }
    }

    private boolean change(Runnable change) {
        if (closed) {
            return false;
        }
        var wasBroken = store == null;
        try {
            if (wasBroken) {
                open();
            }
            change.run();
            store.commit();
            syncSoon(store);
            return true;
        } catch (MVStoreException | IllegalStateException unwritable) {
            abandon();
            if (!wasBroken) {
                LOG.error("{} cannot be written ({}): until it can, nobody gets a new contact, and a removed one"
                        + " comes back with the next start; make room on the disk", directory.file(NAME),
                        unwritable.getMessage());
            }
            return false;
        }
    }

    private void open() {
        store = store(directory.file(NAME));
        if (!store.hasMap(MAP)) { // a file whose end is damaged is taken for one that was never written to
            throw new IllegalStateException("nothing in it can be read");
        }
        texts = store.openMap(MAP);
    }

    private static void empty(Path file) {
        var store = store(file);
        store.openMap(MAP);
        store.close();
    }

    private static MVStore store(Path file) {
        return new MVStore.Builder()
                .fileName(file.toAbsolutePath().toString())
                .pageSplitSize(PAGE_BYTES)
                .open();
    }

    /** What is not committed is not in the file. */
    private void abandon() {
        if (store != null) {
            store.closeImmediately();
            store = null;
        }
    }

    /** Off the event loop that waits for the change: a disk may take milliseconds for it. */
    private void syncSoon(MVStore current) {
        if (syncing.compareAndSet(false, true)) {
            Thread.startVirtualThread(() -> {
                syncing.set(false);
                try {
                    current.sync();
                } catch (MVStoreException closedSince) {
                    // the next change tells of a disk that fails
                }
            });
        }
    }

    private StateUnusable unusable(RuntimeException fault) {
        var file = directory.file(NAME);
        var code = fault instanceof MVStoreException known ? known.getErrorCode() : DataUtils.ERROR_FILE_CORRUPT;
        if (fault.getCause() instanceof IOException cause && code != DataUtils.ERROR_FILE_LOCKED) {
            return new StateUnusable(file, cause);
        }
        return code == DataUtils.ERROR_FILE_LOCKED
                ? new StateUnusable(file, "is in use by another process",
                        "stop the other Thingle, or write another directory as thingle.state-directory", fault)
                : new StateUnusable(file, "is damaged (" + fault.getMessage() + ")",
                        "put a copy back, or move it away: users then write to their contacts behind the gateway anew",
                        fault);
    }
}
