// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Health and metrics over HTTP. */
package im.thingle.ops.admin;
