// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** The shells around the TURN machine: listeners, relayed sockets, streams, and what joins them. */
package im.thingle.relay.turn;
