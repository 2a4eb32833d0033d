// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Secure RTP (RFC 3711, RFC 7714) as a machine that is given packets, and a mirror for what comes. */
package im.thingle.relay.srtp;
