// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Relay channels of Jingle Relay Nodes (XEP-0278): pairs of UDP ports that carry media from one side to the other. */
package im.thingle.relay.media;
