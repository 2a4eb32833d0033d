// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import im.thingle.ops.cli.Thingle;
import im.thingle.ops.config.LogSettings;
import im.thingle.ops.log.Logs;

/** Where the process begins. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Logs.configure(LogSettings.DEFAULT);
        var status = Thingle.commandLine(Server::run).execute(arguments);
        Logs.stop();
        System.exit(status);
    }
}
