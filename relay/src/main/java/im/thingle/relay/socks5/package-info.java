// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** The SOCKS5 subset (RFC 1928) that SOCKS5 Bytestreams (XEP-0065) speaks. */
package im.thingle.relay.socks5;
