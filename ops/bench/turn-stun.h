// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// As much of STUN (RFC 8489) and TURN (RFC 8656) messages as the load and the yardstick of the TURN bench need: IPv4,
// SHA-1 integrity, no fingerprint.

#ifndef TURN_STUN_H
#define TURN_STUN_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BINDING = 0x0001, ALLOCATE = 0x0003, REFRESH = 0x0004, CHANNEL_BIND = 0x0009, SUCCESS = 0x0100, ERROR = 0x0110,
    USERNAME = 0x0006, MESSAGE_INTEGRITY = 0x0008, ERROR_CODE = 0x0009, CHANNEL_NUMBER = 0x000c, LIFETIME = 0x000d,
    XOR_PEER_ADDRESS = 0x0012, REALM = 0x0014, NONCE = 0x0015, XOR_RELAYED_ADDRESS = 0x0016, REQUESTED_TRANSPORT = 0x0019,
    XOR_MAPPED_ADDRESS = 0x0020,
    UNAUTHENTICATED = 401, ALLOCATION_MISMATCH = 437, STALE_NONCE = 438,
    HEADER = 20, TRANSACTION = 12, CHANNEL_HEADER = 4,
};

struct message { size_t length; unsigned char bytes[1024]; };

void begin(struct message *message, unsigned type, const unsigned char transaction[TRANSACTION]);
void put(struct message *message, unsigned attribute, const void *value, size_t length);
void putNumber(struct message *message, unsigned attribute, uint32_t value);
void putAddress(struct message *message, unsigned attribute, const struct sockaddr_in *address);
void sign(struct message *message, const void *key, size_t keyLength);        // key up to 64 bytes

int isMessage(const unsigned char *bytes, size_t length);
unsigned typeOf(const unsigned char *bytes);
const unsigned char *transactionOf(const unsigned char *bytes);
const unsigned char *find(const unsigned char *bytes, size_t length, unsigned attribute, size_t *valueLength);
int findAddress(const unsigned char *bytes, size_t length, unsigned attribute, struct sockaddr_in *address);

unsigned readShort(const unsigned char *bytes);
void writeShort(unsigned char *bytes, unsigned value);

#endif
