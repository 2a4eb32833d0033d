// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Attributes with a structure of their own, read and written in one place each (RFC 8489 §14). */
package im.thingle.stun.attribute;
