// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/**
 * Attributes, read and written in one place each (RFC 8489 §14): those of one plain value by {@link NumberAttribute},
 * {@link TextAttribute} or {@link BytesAttribute}, one class for each that has a structure of its own.
 */
package im.thingle.stun.attribute;
