// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** What Thingle makes itself and keeps from one start to the next. */
package im.thingle.ops.state;
