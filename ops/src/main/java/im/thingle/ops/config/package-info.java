// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
/** The configuration: records, their reader, and problems named by file and line. */
package im.thingle.ops.config;
