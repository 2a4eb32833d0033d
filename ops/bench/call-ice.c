// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// ICE (RFC 8445) as the two parties of a call do it who have one address each, and whose relay has one for each of them:
// the caller controls and nominates with its first check, both answer checks, and both ask for consent (RFC 7675).

#define _GNU_SOURCE
#include "call-load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { PRIORITY = 0x0024, USE_CANDIDATE = 0x0025, FINGERPRINT = 0x8028, ICE_CONTROLLED = 0x8029, ICE_CONTROLLING = 0x802a,
       FINGERPRINT_XOR = 0x5354554e, PREFERENCE = 0x6e0001ff, LONGEST = 64 };

const char *const ourFragment = "load", *const ourPassword = "the-password-of-the-bench";

// `proven`: the relay has answered a check; `asked`: the relay has sent one, and been answered.
static struct party {
    int started, proven, asked;
    char username[2 * LONGEST], password[LONGEST];
    struct sockaddr_in relay;
    uint64_t serial, waitNanos, dueNanos;
} parties[MAX_CALLS][2];

static const uint64_t firstWaitNanos = 100000000, longestWaitNanos = 1600000000, consentNanos = 5000000000, lookNanos = 1000000;

static uint32_t crc32(const unsigned char *bytes, size_t length) {
    uint32_t crc = ~0u;
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static void finish(struct message *message, const char *password) {
    sign(message, password, strlen(password));
    writeShort(message->bytes + 2, (unsigned) (message->length - HEADER + 8));
    putNumber(message, FINGERPRINT, crc32(message->bytes, message->length) ^ FINGERPRINT_XOR);
}

static void check(unsigned call, int side, uint64_t now) {
    struct party *party = &parties[call][side];
    struct message message;
    unsigned char transaction[TRANSACTION] = { 'l', 'o', 'a', 'd' };
    const unsigned char tieBreaker[8] = { 0x10, (unsigned char) side };
    party->serial++;
    memcpy(transaction + 4, &party->serial, sizeof party->serial);
    begin(&message, BINDING, transaction);
    put(&message, USERNAME, party->username, strlen(party->username));
    putNumber(&message, PRIORITY, PREFERENCE);
    put(&message, side == CALLER ? ICE_CONTROLLING : ICE_CONTROLLED, tieBreaker, sizeof tieBreaker);
    if (side == CALLER) put(&message, USE_CANDIDATE, "", 0);
    finish(&message, party->password);
    send(socketOf(call + (uint64_t) side * MAX_CLIENTS), message.bytes, message.length, MSG_DONTWAIT);
    party->dueNanos = now + (party->proven ? consentNanos : party->waitNanos);
    if (party->waitNanos < longestWaitNanos) party->waitNanos *= 2;
}

void reach(unsigned call, int side, unsigned port, const char *fragment, const char *password) {
    struct party *party = &parties[call][side];
    *party = (struct party) { .started = 1, .waitNanos = firstWaitNanos };
    party->relay = (struct sockaddr_in) { .sin_family = AF_INET, .sin_port = htons((unsigned short) port),
                                          .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    snprintf(party->username, sizeof party->username, "%s:%s", fragment, ourFragment);
    snprintf(party->password, sizeof party->password, "%s", password);
    int fd = socketOf(call + (uint64_t) side * MAX_CLIENTS);
    if (connect(fd, (const struct sockaddr *) &party->relay, sizeof party->relay)) fail("connecting a party to the relay");
    check(call, side, nanos());
}

static int isOurs(const struct party *party, const unsigned char *transaction) {
    uint64_t serial;
    memcpy(&serial, transaction + 4, sizeof serial);
    return !memcmp(transaction, "load", 4) && serial && serial <= party->serial;
}

void onStun(uint64_t tag, const unsigned char *bytes, size_t length) {
    struct party *party = &parties[tag % MAX_CLIENTS][isPeer(tag)];
    struct message answer;
    size_t size;
    if (typeOf(bytes) == (BINDING | SUCCESS) && isOurs(party, transactionOf(bytes))) {
        if (!party->proven) party->dueNanos = nanos() + consentNanos;
        party->proven = 1;
    } else if (typeOf(bytes) == BINDING && party->started && find(bytes, length, MESSAGE_INTEGRITY, &size)) {
        begin(&answer, BINDING | SUCCESS, transactionOf(bytes));
        putAddress(&answer, XOR_MAPPED_ADDRESS, &party->relay);
        finish(&answer, ourPassword);
        send(socketOf(tag), answer.bytes, answer.length, MSG_DONTWAIT);
        party->asked = 1;
    }
}

void onTime(uint64_t now) {
    static uint64_t next;
    if (now < next) return;
    next = now + lookNanos;
    for (unsigned call = 0; call < load.clientCount; call++)
        for (int side = CALLER; side <= CALLED; side++)
            if (parties[call][side].started && parties[call][side].dueNanos <= now) check(call, side, now);
}

unsigned connectedCalls(void) {
    unsigned connected = 0;
    for (unsigned call = 0; call < load.clientCount; call++) {
        const struct party *caller = &parties[call][CALLER], *called = &parties[call][CALLED];
        connected += caller->proven && caller->asked && called->proven && called->asked;
    }
    return connected;
}

void forgetCalls(void) { memset(parties, 0, sizeof parties); }
