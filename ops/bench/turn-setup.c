// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// Allocate, ChannelBind and Refresh for many clients, several at the same time, with the long-term credentials of
// RFC 8489 section 9.2: whoever is challenged asks again with the nonce. A server without credentials is fine too.

#define _GNU_SOURCE
#include "turn-load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { EVENTS = 256, MOST_TRIES = 12, UDP = 17, FIRST_CHANNEL = 0x4000, CHANNELS = 0x0fff };

static const uint64_t retryNanos = 500000000, patienceNanos = 60000000000;

void openClients(unsigned wanted) {
    if (wanted > MAX_CLIENTS) { errno = E2BIG; fail("open"); }
    for (; load.clientCount < wanted; load.clientCount++) {
        struct client *client = &load.clients[load.clientCount];
        *client = (struct client) { .fd = openSocket(&load.server, load.clientCount) };
        client->channel = FIRST_CHANNEL + load.clientCount % CHANNELS;
    }
}

static struct peer *peerOf(const struct client *client) { return &load.peers[(client - load.clients) % PEERS]; }

static void request(struct client *client, unsigned type, int again) {
    static uint64_t serial;
    struct message message;
    if (!again) {
        serial++;
        memcpy(client->transaction, &serial, sizeof serial);
        memcpy(client->transaction + 8, "load", 4);
    }
    begin(&message, type, client->transaction);
    if (type == ALLOCATE) putNumber(&message, REQUESTED_TRANSPORT, (uint32_t) UDP << 24);
    if (type == REFRESH) putNumber(&message, LIFETIME, 0);
    if (type == CHANNEL_BIND) {
        putNumber(&message, CHANNEL_NUMBER, client->channel << 16);
        putAddress(&message, XOR_PEER_ADDRESS, &peerOf(client)->address);
    }
    if (client->nonceLength) {
        put(&message, USERNAME, load.username, strlen(load.username));
        put(&message, REALM, load.realm, load.realmLength);
        put(&message, NONCE, client->nonce, client->nonceLength);
        sign(&message, load.key, sizeof load.key);
    }
    client->askedNanos = nanos();
    client->waiting = 1;
    send(client->fd, message.bytes, message.length, 0);
}

// Keeps realm and nonce of a challenge; the code of any other error.
static unsigned refusal(struct client *client, const unsigned char *bytes, size_t length) {
    size_t size;
    const unsigned char *value = find(bytes, length, ERROR_CODE, &size);
    unsigned code = value && size >= 4 ? value[2] * 100u + value[3] : 0;
    if (code == STALE_NONCE || (code == UNAUTHENTICATED && !client->nonceLength)) {
        if ((value = find(bytes, length, REALM, &size)) && size <= sizeof load.realm)
            memcpy(load.realm, value, load.realmLength = size);
        if ((value = find(bytes, length, NONCE, &size)) && size <= sizeof client->nonce) {
            memcpy(client->nonce, value, client->nonceLength = size);
            return 0;
        }
    }
    return code;
}

// coturn remembers five-tuples of ended allocations for a while, and the kernel may give a client such a port again.
static void moveElsewhere(struct client *client) {
    int old = client->fd;
    client->fd = openSocket(&load.server, (uint64_t) (client - load.clients));
    client->nonceLength = 0;
    close(old);
    request(client, ALLOCATE, 0);
}

// Takes the answers of one client; 1 if it has what it asked for.
static int onAnswer(struct client *client, unsigned type) {
    unsigned char bytes[1500];
    int done = 0;
    for (ssize_t count; (count = recv(client->fd, bytes, sizeof bytes, MSG_DONTWAIT)) >= 0;) {
        size_t length = (size_t) count;
        if (!client->waiting || !isMessage(bytes, length)) continue;
        if (memcmp(transactionOf(bytes), client->transaction, TRANSACTION)) continue;
        if (typeOf(bytes) == (type | ERROR)) {
            unsigned code = refusal(client, bytes, length);
            if (code == ALLOCATION_MISMATCH && type == ALLOCATE && ++client->tries <= MOST_TRIES) {
                moveElsewhere(client);
                continue;
            }
            if (code) {
                printf("error request %04x refused with %u (client %ld)\n", type, code, (long) (client - load.clients));
                errno = EPROTO;
                fail("setting up");
            }
            request(client, type, 0);
        } else if (typeOf(bytes) == (type | SUCCESS)) {
            if (type == ALLOCATE && !findAddress(bytes, length, XOR_RELAYED_ADDRESS, &client->relayed)) fail("no address");
            client->waiting = 0;
            done = 1;
        }
    }
    return done;
}

static void askAgain(unsigned type, unsigned until) {
    uint64_t now = nanos();
    for (unsigned i = 0; i < until; i++) {
        struct client *client = &load.clients[i];
        if (!client->waiting || now - client->askedNanos < retryNanos) continue;
        if (++client->tries > MOST_TRIES) { errno = ETIMEDOUT; fail("no answer from the server"); }
        request(client, type, 1);
    }
}

void ask(unsigned type, unsigned wanted, unsigned window) {
    struct epoll_event events[EVENTS];
    uint64_t start = nanos(), looked = start;
    unsigned begun = 0, done = 0;
    while (begun < wanted && type == ALLOCATE && load.clients[begun].relayed.sin_port) { begun++; done++; }
    while (done < wanted) {
        for (; begun < wanted && begun - done < window; begun++) {
            load.clients[begun].tries = 0;
            request(&load.clients[begun], type, 0);
        }
        int count = epoll_wait(load.epoll, events, EVENTS, 0);
        for (int i = 0; i < count; i++)
            if (!isPeer(events[i].data.u64)) done += (unsigned) onAnswer(&load.clients[events[i].data.u64], type);
        uint64_t now = nanos();
        if (now - looked > retryNanos / 10) { askAgain(type, begun); looked = now; }
        if (now - start > patienceNanos) { errno = ETIMEDOUT; fail("waiting for the server"); }
    }
}
