// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** The small courtesies every entity answers: ping, software version, last activity and entity time. */
package im.thingle.signaling.info;
