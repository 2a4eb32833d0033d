// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

/** Who may use the server and with which password. Safe from any thread. */
public interface Credentials {
    /** What a client of this name may use as password, expired or not; null: nobody has this name. */
    Password find(String username);

    /** The name with this USERHASH (RFC 8489 §14.4); null: none that can be found so. */
    String findByUserhash(byte[] userhash);

    /**
     * Whether every name can be found by its hash. Only then may clients be told to hide their names: one with a name
     * that is made on the fly would be turned away for ever.
     */
    boolean findsAllByUserhash();

    /** Both side by side; a name that the first knows is the first's. */
    static Credentials both(Credentials first, Credentials second) {
        return new Credentials() {
            @Override
            public Password find(String username) {
                Password password = first.find(username);
                return password != null ? password : second.find(username);
            }

            @Override
            public String findByUserhash(byte[] userhash) {
                String username = first.findByUserhash(userhash);
                return username != null ? username : second.findByUserhash(userhash);
            }

            @Override
            public boolean findsAllByUserhash() {
                return first.findsAllByUserhash() && second.findsAllByUserhash();
            }
        };
    }
}
