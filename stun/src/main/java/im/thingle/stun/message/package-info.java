// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** A STUN message as bytes: a view that reads, a writer that mirrors it, and the words of the header (RFC 8489 §5). */
package im.thingle.stun.message;
