// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** The certificate of the STUN/TURN server: read, checked, made, renewed. */
package im.thingle.ops.certificate;
