// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Tries out a running server the way a client would. */
package im.thingle.ops.probe;
