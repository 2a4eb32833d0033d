// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.state;

import im.thingle.signaling.port.ContactsPort;
import im.thingle.signaling.port.ContactsPort.Contact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who reaches whom through the gateways of all components, kept in one file. Asked from memory; a change is answered
 * when it is written. Safe from any thread.
 */
public final class KeptContacts implements AutoCloseable {
    private static final String BETWEEN = "\n"; // in no JID

    private final int mostPerOwner;
    private final Map<String, View> views = new ConcurrentHashMap<>();
    private final ContactsFile file;

    private KeptContacts(StateDirectory directory, int mostPerOwner) throws IOException {
        this.mostPerOwner = mostPerOwner;
        file = ContactsFile.open(directory, this::read);
    }

    /**
     * Reads all that are kept.
     *
     * @param mostPerOwner contacts that one bare JID may add at one component; 0: no limit
     * @throws StateUnusable if the file is damaged, another process has it, or it cannot be read
     */
    public static KeptContacts open(StateDirectory directory, int mostPerOwner) throws IOException {
        return new KeptContacts(directory, mostPerOwner);
    }

    /** Those of one component. */
    public ContactsPort of(String component) {
        return view(component);
    }

    /** Of all components. */
    public int size() {
        return views.values().stream().mapToInt(view -> view.contacts.size()).sum();
    }

    @Override
    public void close() {
        synchronized (file) {
            file.close();
        }
    }

    private View view(String component) {
        return views.computeIfAbsent(component, View::new);
    }

    private void read(String text) {
        var parts = text.split(BETWEEN, -1);
        if (parts.length != 3) {
            throw new IllegalStateException("an entry of " + parts.length + " parts");
        }
        view(parts[0]).put(new Contact(parts[1], parts[2]));
    }

    /** Safe from any thread. */
    private final class View implements ContactsPort {
        private final String component;
        private final Set<Contact> contacts = ConcurrentHashMap.newKeySet();
        private final Map<String, Integer> perOwner = new HashMap<>(); // under the file's lock

        View(String component) {
            this.component = component;
        }

        @Override
        public boolean contains(String one, String other) {
            return contacts.contains(new Contact(one, other)) || contacts.contains(new Contact(other, one));
        }

        @Override
        public Added add(String owner, String other) {
            synchronized (file) {
                if (contains(owner, other)) {
                    return Added.KNOWN;
                }
                var contact = new Contact(owner, other);
                var full = mostPerOwner > 0 && perOwner.getOrDefault(owner, 0) >= mostPerOwner;
                if (full || !file.add(text(contact))) {
                    return Added.LIMITED;
                }
                put(contact);
                return Added.NEW;
            }
        }

        /** Holds at once, also while the file cannot be written. */
        @Override
        public void remove(String one, String other) {
            synchronized (file) {
                remove(new Contact(one, other));
                remove(new Contact(other, one));
            }
        }

        @Override
        public List<Contact> all() {
            return new ArrayList<>(contacts);
        }

        private void put(Contact contact) {
            contacts.add(contact);
            perOwner.merge(contact.owner(), 1, Integer::sum);
        }

        private void remove(Contact contact) {
            if (contacts.remove(contact)) {
                perOwner.computeIfPresent(contact.owner(), (owner, count) -> count == 1 ? null : count - 1);
                file.remove(text(contact));
            }
        }

        private String text(Contact contact) {
            return component + BETWEEN + contact.owner() + BETWEEN + contact.other();
        }
    }
}
