// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** The one place where signaling and relay meet. */
package im.thingle.ops.wiring;
