// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** The account {@code echo}: takes files, tells how they came, and sends them back. */
package im.thingle.signaling.echo;
