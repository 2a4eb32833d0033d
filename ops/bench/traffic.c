// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// Moves bytes from requesters to targets at the least cost: large sends from one buffer that stays in the cache, and
// recv(MSG_TRUNC), which drops what has arrived without copying it. A load that polls instead of sleeping spares the
// relay the price of waking it, which no relay would pay for receivers on other machines.

#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { SOURCE_BYTES = 1 << 18 };
static char source[SOURCE_BYTES];
static const uint64_t stallNanos = 500 * 1000 * 1000;   // no byte for so long: what is missing is being held back

static void sendMore(struct leg *leg) {
    if (load.remaining == 0) { watch(leg, EPOLLRDHUP, EPOLL_CTL_MOD); return; }
    size_t wanted = load.remaining < SOURCE_BYTES ? load.remaining : SOURCE_BYTES;
    ssize_t count = send(leg->fd, source, wanted, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN) fail("sending");
    if (count > 0) { load.remaining -= (uint64_t) count; load.sent += (uint64_t) count; }
}

static void discard(struct leg *leg) {
    ssize_t count = recv(leg->fd, NULL, 1 << 30, MSG_TRUNC | MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) fail("a stream ended early");
    load.received += (uint64_t) count;
    load.lastReceivedNanos = nanos();
    if (load.purpose == PROBE) {
        leg->stream->firstByteNanos = load.lastReceivedNanos;
        closeStream(leg->stream);
    }
}

void onTraffic(struct leg *leg, uint32_t events) {
    if (leg->kind == TARGET) discard(leg);
    else if (events & EPOLLOUT) sendMore(leg);
    else fail("the relay closed a requester's leg");
}

// Waits until all that was sent has come out or nothing moves any more.
static void drain(void) {
    while (load.received < load.sent && nanos() - load.lastReceivedNanos < stallNanos) turn(50);
}

void run(uint64_t bytes, double seconds) {
    uint64_t start = nanos(), deadline = start + (uint64_t) (seconds * 1e9), before = load.received;
    if (load.proxy) epoll_ctl(load.epoll, EPOLL_CTL_DEL, load.xmpp.fd, NULL);   // another load may use it meanwhile
    load.remaining = bytes;
    load.lastReceivedNanos = start;
    for (unsigned i = 0; i < load.opened; i++) watch(&load.streams[i].requester, EPOLLOUT | EPOLLRDHUP, EPOLL_CTL_MOD);
    while (load.remaining && nanos() < deadline) turn(0);
    load.remaining = 0;
    for (unsigned i = 0; i < load.opened; i++) watch(&load.streams[i].requester, EPOLLRDHUP, EPOLL_CTL_MOD);
    drain();
    if (load.proxy) watch(&load.xmpp, EPOLLIN, EPOLL_CTL_ADD);
    printf("ok %llu %llu\n", (unsigned long long) (load.received - before),
        (unsigned long long) (load.lastReceivedNanos - start));
}

void touch(unsigned bytesEach) {
    uint64_t before = load.received;
    for (unsigned i = 0; i < load.opened; i++) {
        if (send(load.streams[i].requester.fd, source, bytesEach, MSG_NOSIGNAL) != (ssize_t) bytesEach) fail("touching");
        load.sent += bytesEach;
        turn(0);
    }
    load.lastReceivedNanos = nanos();
    drain();
    printf("ok %llu\n", (unsigned long long) (load.received - before));
}
