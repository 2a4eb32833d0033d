// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** The component's end of the transports of a brokered session: SOCKS5 and in-band bytestreams (XEP-0260, XEP-0261). */
package im.thingle.signaling.jingle.transport;
