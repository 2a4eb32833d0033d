// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Namespace delegation (XEP-0355): the server passes on what its users ask it, and the component answers for it. */
package im.thingle.signaling.delegation;
