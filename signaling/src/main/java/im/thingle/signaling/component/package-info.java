// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** The component link: the XEP-0114 machine, the routing of IQs, and the Netty shell that connects and reconnects. */
package im.thingle.signaling.component;
