// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** SOCKS5 bytestreams (XEP-0065): parked legs, activation, and the pumps that carry the bytes. */
package im.thingle.relay.bytestream;
