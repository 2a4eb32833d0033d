// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Lets the event loops run before the JVM's compilers where they share a core: a loop that must wait for a compiler's
 * time slice lets every client wait for milliseconds (decisions/0008). The JVM's own switch for this,
 * {@code CompilerThreadPriority}, asks for the superuser. Linux only; elsewhere nothing is done.
 */
final class CompilerThreads {
    /** A tenth of the share that an event loop gets; so compiling goes on, and never first. */
    private static final int NICE = 10;

    private static final int PRIO_PROCESS = 0; // to Linux a thread is one, too
    private static final Path TASKS = Path.of("/proc/self/task");

    private CompilerThreads() {}

    /** Makes them give way, and those that they start later, which inherit it; returns how many there are now. */
    static int giveWay() {
        try (var tasks = Files.list(TASKS)) {
            List<Path> compilers = tasks.filter(CompilerThreads::isCompiler).toList();
            for (Path each : compilers) {
                setNice(Integer.parseInt(each.getFileName().toString()));
            }
            return compilers.size();
        } catch (IOException notLinux) {
            return 0;
        }
    }

    private static boolean isCompiler(Path task) {
        try {
            return Files.readString(task.resolve("comm")).matches("C[12] Compiler.*\\s*");
        } catch (IOException ended) {
            return false;
        }
    }

    private static void setNice(int thread) {
        Linker linker = Linker.nativeLinker();
        var setPriority = linker.downcallHandle(linker.defaultLookup().findOrThrow("setpriority"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        try {
            int ignored = (int) setPriority.invokeExact(PRIO_PROCESS, thread, NICE);
        } catch (Throwable impossible) {
            throw new IllegalStateException("setpriority", impossible);
        }
    }
}
