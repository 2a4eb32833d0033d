// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// SHA-1 and HMAC-SHA-1, enough for the stream addresses of SOCKS5 Bytestreams and the integrity of STUN messages.

#ifndef SHA1_H
#define SHA1_H

#include <stddef.h>

void sha1(const void *text, size_t length, unsigned char digest[20]);
void sha1Hex(const char *text, size_t length, char hex[41]);

// Key up to 64 bytes, text up to 2,048.
void hmacSha1(const void *key, size_t keyLength, const void *text, size_t length, unsigned char mac[20]);

#endif
