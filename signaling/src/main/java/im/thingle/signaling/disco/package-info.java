// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Service discovery (XEP-0030): what the component is and what it offers. */
package im.thingle.signaling.disco;
