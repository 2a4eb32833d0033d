// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** The product: where the process begins, and the order in which it starts and stops. */
package im.thingle.ops;
