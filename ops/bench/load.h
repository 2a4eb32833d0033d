// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// The load of the bytestream bench: one thread, one epoll, many streams. load.c reads commands, streams.c opens and
// closes streams (SOCKS5 or plain TCP), traffic.c moves bytes, activation.c talks to the XMPP server, sha1.c hashes.

#ifndef LOAD_H
#define LOAD_H

#include "sha1.h"

#include <stddef.h>
#include <stdint.h>

enum { MAX_STREAMS = 9000 };
enum kind { REQUESTER, TARGET, SINK, XMPP };
enum step { CLOSED, CONNECTING, GREETING, REQUESTING, READY };

// What happens to a stream once both legs are in place: it stays, or it is activated and closed at once, or its first
// byte is timed.
enum purpose { KEEP, CHURN, PROBE };

struct leg {
    struct stream *stream;
    int fd;
    enum kind kind;
    enum step step;
    unsigned got;
    unsigned char reply[47];
};

struct stream {
    struct leg requester, target;
    char sid[24];
    char address[41];
    uint64_t askedNanos, activatedNanos, firstByteNanos;
};

struct load {
    int epoll, port;
    struct leg sink, xmpp;                       // sink: plain TCP only; xmpp: SOCKS5 only
    const char *proxy, *requesterJid, *targetJid;
    enum purpose purpose;
    struct stream streams[MAX_STREAMS];
    unsigned opened, ready, asked, active, closed;
    uint64_t remaining, sent, received, lastReceivedNanos;
};

extern struct load load;

uint64_t nanos(void);
void fail(const char *what);                     // prints `error WHAT: errno` as the answer and ends
void turn(int timeoutMillis);                    // waits for events and handles one batch
void watch(struct leg *leg, uint32_t events, int operation);

void openStream(struct stream *stream);
void closeStream(struct stream *stream);
void onHandshake(struct leg *leg, uint32_t events);
void onAccept(void);

void onTraffic(struct leg *leg, uint32_t events);
void run(uint64_t bytes, double seconds);
void touch(unsigned bytesEach);

void activate(struct stream *stream);
void onXmpp(void);

#endif
