// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import java.lang.reflect.Proxy;

/**
 * SIGTERM and SIGINT, through the JDK's {@code sun.misc.Signal}: a shutdown hook would neither see a second signal nor
 * let the process exit with 0. Reached by reflection because the compiler warns of that class and warnings are errors.
 * Safe from any thread.
 */
final class Signals {
    private static final String[] STOP = {"TERM", "INT"};

    private Signals() {}

    /**
     * Calls {@code action} at each signal, on a thread of the JVM's.
     *
     * @return whether that could be set up; if not, a signal ends the process at once
     */
    static boolean onStop(Runnable action) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handlerType = Class.forName("sun.misc.SignalHandler");
            var handler = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handlerType},
                    (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    action.run();
                }
                return null;
            });
            for (var name : STOP) {
                signal.getMethod("handle", signal, handlerType)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
            }
            return true;
        } catch (ReflectiveOperationException | IllegalArgumentException absent) {
            return false;
        }
    }
}
