// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** SOCKS5 Bytestreams (XEP-0065) from the XMPP side: where the proxy listens, and the activation of a stream. */
package im.thingle.signaling.bytestreams;
