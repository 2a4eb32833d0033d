// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Every metric, and what feeds it. */
package im.thingle.ops.metrics;
