// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Log lines for operators, safe against forged and flooding input. */
package im.thingle.ops.log;
