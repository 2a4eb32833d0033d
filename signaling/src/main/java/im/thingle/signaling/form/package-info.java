// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Data forms (XEP-0004): what people fill in, what they sent back, and what they are shown. */
package im.thingle.signaling.form;
