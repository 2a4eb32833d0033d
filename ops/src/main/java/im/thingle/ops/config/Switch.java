// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

/** A yes or no as it stands in the file. Immutable. */
enum Switch { OFF, ON }
