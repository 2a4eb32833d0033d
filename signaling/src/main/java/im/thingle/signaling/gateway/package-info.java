// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Contacts behind the component: addresses, presence, capabilities and queries, each seen by the other party only. */
package im.thingle.signaling.gateway;
