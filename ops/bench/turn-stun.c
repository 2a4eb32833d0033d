// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors

#include "turn-stun.h"

#include "sha1.h"

#include <string.h>

static const unsigned char cookie[4] = { 0x21, 0x12, 0xa4, 0x42 };

unsigned readShort(const unsigned char *bytes) { return (unsigned) bytes[0] << 8 | bytes[1]; }

void writeShort(unsigned char *bytes, unsigned value) {
    bytes[0] = (unsigned char) (value >> 8);
    bytes[1] = (unsigned char) value;
}

void begin(struct message *message, unsigned type, const unsigned char transaction[TRANSACTION]) {
    message->length = HEADER;
    writeShort(message->bytes, type);
    writeShort(message->bytes + 2, 0);
    memcpy(message->bytes + 4, cookie, sizeof cookie);
    memcpy(message->bytes + 8, transaction, TRANSACTION);
}

void put(struct message *message, unsigned attribute, const void *value, size_t length) {
    unsigned char *at = message->bytes + message->length;
    size_t padded = (length + 3) & ~(size_t) 3;
    if (message->length + 4 + padded > sizeof message->bytes) return;
    memset(at, 0, 4 + padded);
    writeShort(at, attribute);
    writeShort(at + 2, (unsigned) length);
    memcpy(at + 4, value, length);
    message->length += 4 + padded;
    writeShort(message->bytes + 2, (unsigned) (message->length - HEADER));
}

void putNumber(struct message *message, unsigned attribute, uint32_t value) {
    uint32_t ordered = htonl(value);
    put(message, attribute, &ordered, sizeof ordered);
}

// The port and address are XORed with the cookie (RFC 8489 section 14.2).
static void obscure(unsigned char value[8]) {
    for (int i = 0; i < 2; i++) value[2 + i] ^= cookie[i];
    for (int i = 0; i < 4; i++) value[4 + i] ^= cookie[i];
}

void putAddress(struct message *message, unsigned attribute, const struct sockaddr_in *address) {
    unsigned char value[8] = { 0, 1 };
    memcpy(value + 2, &address->sin_port, 2);
    memcpy(value + 4, &address->sin_addr, 4);
    obscure(value);
    put(message, attribute, value, sizeof value);
}

void sign(struct message *message, const void *key, size_t keyLength) {
    unsigned char mac[20];
    writeShort(message->bytes + 2, (unsigned) (message->length - HEADER + 4 + sizeof mac));
    hmacSha1(key, keyLength, message->bytes, message->length, mac);
    put(message, MESSAGE_INTEGRITY, mac, sizeof mac);
}

int isMessage(const unsigned char *bytes, size_t length) {
    return length >= HEADER && bytes[0] < 0x40 && !memcmp(bytes + 4, cookie, sizeof cookie)
        && readShort(bytes + 2) + (size_t) HEADER == length;
}

unsigned typeOf(const unsigned char *bytes) { return readShort(bytes); }

const unsigned char *transactionOf(const unsigned char *bytes) { return bytes + 8; }

const unsigned char *find(const unsigned char *bytes, size_t length, unsigned attribute, size_t *valueLength) {
    for (size_t at = HEADER; at + 4 <= length; at += 4 + ((*valueLength + 3) & ~(size_t) 3)) {
        *valueLength = readShort(bytes + at + 2);
        if (at + 4 + *valueLength > length) return NULL;
        if (readShort(bytes + at) == attribute) return bytes + at + 4;
    }
    return NULL;
}

int findAddress(const unsigned char *bytes, size_t length, unsigned attribute, struct sockaddr_in *address) {
    size_t valueLength;
    unsigned char value[8];
    const unsigned char *found = find(bytes, length, attribute, &valueLength);
    if (!found || valueLength != sizeof value || found[1] != 1) return 0;
    memcpy(value, found, sizeof value);
    obscure(value);
    *address = (struct sockaddr_in) { .sin_family = AF_INET };
    memcpy(&address->sin_port, value + 2, 2);
    memcpy(&address->sin_addr, value + 4, 4);
    return 1;
}
