// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** Who may have how much, and the events that tell of it. */
package im.thingle.relay.account;
