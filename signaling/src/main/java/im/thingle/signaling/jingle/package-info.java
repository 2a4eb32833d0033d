// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Jingle sessions (XEP-0166) that the component brokers between two clients, each on a leg of its own. */
package im.thingle.signaling.jingle;
