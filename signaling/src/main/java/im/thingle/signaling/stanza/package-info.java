// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Stanzas and addresses: IQs, their errors, and JIDs prepared the way RFC 6122 asks. */
package im.thingle.signaling.stanza;
