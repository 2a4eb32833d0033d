// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class CompilerThreadsTest {
    @Test
    void compilersGiveWayAndNobodyElseDoes() throws IOException {
        int lowered = CompilerThreads.giveWay();

        assertThat(lowered).isPositive();
        assertThat(niceOf("C2 Compiler")).isNotEmpty().allMatch(nice -> nice == 10);
        assertThat(niceOf("C1 Compiler")).isNotEmpty().allMatch(nice -> nice == 10);
        assertThat(niceOf("VM Thread")).isNotEmpty().noneMatch(nice -> nice == 10);
    }

    // proc_pid_stat(5): the name in brackets is field 2, nice is field 19
    private static List<Integer> niceOf(String name) throws IOException {
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.map(CompilerThreadsTest::stat)
                    .filter(stat -> stat.contains("(" + name))
                    .map(stat -> stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16])
                    .map(Integer::valueOf)
                    .toList();
        }
    }

    private static String stat(Path task) {
        try {
            return Files.readString(task.resolve("stat"));
        } catch (IOException ended) {
            return "";
        }
    }
}
