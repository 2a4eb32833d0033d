// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/**
 * XML as XMPP uses it (RFC 6120 §11): an element tree, a writer, and an incremental parser that hostile bytes cannot
 * hurt.
 */
package im.thingle.signaling.xml;
