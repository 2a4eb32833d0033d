// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/**
 * Ad-hoc commands (XEP-0050, XEP-0133): what operators can do from their client, and what users can learn about theirs.
 */
package im.thingle.signaling.adhoc;
