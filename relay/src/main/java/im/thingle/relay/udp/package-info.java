// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Datagrams in batches: the engine on the kernel's batched calls, and its portable twin, behind one interface. */
package im.thingle.relay.udp;
