// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** What runs and what ended lately, for those who ask. */
package im.thingle.ops.sessions;
