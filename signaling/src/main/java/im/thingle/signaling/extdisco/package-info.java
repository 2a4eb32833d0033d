// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** External Service Discovery (XEP-0215): the STUN and TURN services, and the credentials that open them. */
package im.thingle.signaling.extdisco;
