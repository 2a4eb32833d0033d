// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** What the signaling room needs of the rest of the house, as interfaces. */
package im.thingle.signaling.port;
