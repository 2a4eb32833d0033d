// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// SHA-1 (FIPS 180-4 section 6.1) and HMAC (RFC 2104) of short texts, so that the bench needs no library.

#include "sha1.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK = 64, DIGEST = 20, LONGEST = 2048 };

static uint32_t rotate(uint32_t word, int bits) { return word << bits | word >> (32 - bits); }

static void block(uint32_t hash[5], const unsigned char *bytes) {
    uint32_t w[80], a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4];
    for (int t = 0; t < 80; t++) {
        w[t] = t < 16
            ? (uint32_t) bytes[4 * t] << 24 | bytes[4 * t + 1] << 16 | bytes[4 * t + 2] << 8 | bytes[4 * t + 3]
            : rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
        uint32_t f = t < 20 ? (b & c) | (~b & d) : t < 40 ? b ^ c ^ d : t < 60 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
        uint32_t k = t < 20 ? 0x5a827999 : t < 40 ? 0x6ed9eba1 : t < 60 ? 0x8f1bbcdc : 0xca62c1d6;
        uint32_t next = rotate(a, 5) + f + e + k + w[t];
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    hash[0] += a;
    hash[1] += b;
    hash[2] += c;
    hash[3] += d;
    hash[4] += e;
}

void sha1(const void *text, size_t length, unsigned char digest[DIGEST]) {
    uint32_t hash[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
    unsigned char tail[128] = { 0 };
    size_t whole = length / 64 * 64, rest = length - whole, padded = rest < 56 ? 64 : 128;
    for (size_t at = 0; at < whole; at += 64) block(hash, (const unsigned char *) text + at);
    memcpy(tail, (const unsigned char *) text + whole, rest);
    tail[rest] = 0x80;
    for (int i = 0; i < 8; i++) tail[padded - 1 - i] = (unsigned char) ((uint64_t) length * 8 >> 8 * i);
    for (size_t at = 0; at < padded; at += 64) block(hash, tail + at);
    for (int i = 0; i < DIGEST; i++) digest[i] = (unsigned char) (hash[i / 4] >> (24 - 8 * (i % 4)));
}

void sha1Hex(const char *text, size_t length, char hex[41]) {
    unsigned char digest[DIGEST];
    sha1(text, length, digest);
    for (int i = 0; i < DIGEST; i++) sprintf(hex + 2 * i, "%02x", digest[i]);
}

void hmacSha1(const void *key, size_t keyLength, const void *text, size_t length, unsigned char mac[DIGEST]) {
    unsigned char inner[BLOCK + LONGEST] = { 0 }, outer[BLOCK + DIGEST] = { 0 };
    memcpy(inner, key, keyLength);
    memcpy(outer, key, keyLength);
    for (int i = 0; i < BLOCK; i++) { inner[i] ^= 0x36; outer[i] ^= 0x5c; }
    memcpy(inner + BLOCK, text, length);
    sha1(inner, BLOCK + length, outer + BLOCK);
    sha1(outer, sizeof outer, mac);
}
