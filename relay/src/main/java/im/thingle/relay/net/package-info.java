// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Event loops, sockets and listeners: the system calls beneath the data plane. */
package im.thingle.relay.net;
