// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// Command loop: one command a line on standard input, one line `ok ...` or `error ...` on standard output.
//
//   load plain PORT SINK-PORT
//   load socks5 PORT XMPP-FD PROXY-JID REQUESTER-JID TARGET-JID
//   load pairs REQUESTER-FD:TARGET-FD ...       streams that whoever started it has connected already
//
//   connect N          opens streams until N are open     -> ok
//   activate           activates all of them              -> ok
//   touch BYTES        sends so much through each         -> ok RECEIVED
//   run BYTES SECONDS  sends through all of them          -> ok RECEIVED NANOS
//   churn N WINDOW     sets up, activates and closes N    -> ok NANOS
//   probe N            one at a time, times first bytes   -> ok NANOS-OF-ACTIVATION:NANOS-OF-FIRST-BYTE ...

#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

enum { EVENTS = 256, OPENING = 4, ASKING = 64, PATIENCE_SECONDS = 60 };

struct load load;

uint64_t nanos(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t) now.tv_sec * 1000000000 + (uint64_t) now.tv_nsec;
}

void fail(const char *what) { printf("error %s: %s\n", what, strerror(errno)); exit(1); }

void watch(struct leg *leg, uint32_t events, int operation) {
    struct epoll_event event = { .events = events, .data.ptr = leg };
    if (epoll_ctl(load.epoll, operation, leg->fd, &event)) fail("epoll_ctl");
}

void turn(int timeoutMillis) {
    struct epoll_event events[EVENTS];
    int count = epoll_wait(load.epoll, events, EVENTS, timeoutMillis);
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < count; i++) {
        struct leg *leg = events[i].data.ptr;
        if (leg->kind == SINK) onAccept();
        else if (leg->kind == XMPP) onXmpp();
        else if (leg->step == READY) onTraffic(leg, events[i].events);
        else if (leg->step != CLOSED) onHandshake(leg, events[i].events);
    }
}

static void patience(uint64_t since) {
    if (nanos() - since > PATIENCE_SECONDS * 1000000000ull) { errno = ETIMEDOUT; fail("waiting for the relay"); }
}

static void connectAll(unsigned wanted) {
    uint64_t start = nanos();
    if (wanted > MAX_STREAMS) { errno = E2BIG; fail("connect"); }
    while (load.ready < wanted) {
        while (load.opened < wanted && load.opened - load.ready < OPENING) openStream(&load.streams[load.opened]);
        turn(50);
        patience(start);
    }
    printf("ok\n");
}

static void activateAll(void) {
    uint64_t start = nanos();
    unsigned next = load.active;
    while (load.active < load.opened) {
        while (next < load.opened && load.asked - load.active < ASKING) activate(&load.streams[next++]);
        turn(50);
        patience(start);
    }
    printf("ok\n");
}

static void churn(unsigned wanted, unsigned window) {
    uint64_t start = nanos();
    unsigned begun = 0, before = load.closed;
    load.purpose = CHURN;
    while (load.closed - before < wanted) {
        for (unsigned i = 0; i < window && begun < wanted; i++) {
            if (load.streams[i].requester.step != CLOSED || load.streams[i].target.step != CLOSED) continue;
            openStream(&load.streams[i]);
            begun++;
        }
        turn(50);
        patience(start);
    }
    printf("ok %llu\n", (unsigned long long) (nanos() - start));
}

static void probe(unsigned wanted) {
    uint64_t start = nanos();
    struct stream *stream = &load.streams[0];
    load.purpose = PROBE;
    printf("ok");
    for (unsigned i = 0; i < wanted; i++) {
        for (openStream(stream); stream->requester.step != CLOSED; patience(start)) turn(50);
        printf(" %llu:%llu", (unsigned long long) (stream->activatedNanos - stream->askedNanos),
            (unsigned long long) (stream->firstByteNanos - stream->activatedNanos));
    }
    printf("\n");
}

static void listenSink(int port) {
    struct sockaddr_in here = {
        .sin_family = AF_INET, .sin_port = htons((unsigned short) port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    load.sink = (struct leg) { .kind = SINK, .fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) };
    setsockopt(load.sink.fd, SOL_SOCKET, SO_REUSEADDR, &(int) { 1 }, sizeof(int));
    if (bind(load.sink.fd, (struct sockaddr *) &here, sizeof here) || listen(load.sink.fd, 4096)) fail("sink");
    watch(&load.sink, EPOLLIN, EPOLL_CTL_ADD);
}

static void takePairs(int count, char **pairs) {
    for (int i = 0; i < count && i < MAX_STREAMS; i++, load.opened++, load.ready++) {
        struct stream *stream = &load.streams[i];
        stream->requester = (struct leg) { .stream = stream, .kind = REQUESTER, .step = READY };
        stream->target = (struct leg) { .stream = stream, .kind = TARGET, .step = READY };
        if (sscanf(pairs[i], "%d:%d", &stream->requester.fd, &stream->target.fd) != 2) { errno = EINVAL; fail(pairs[i]); }
        watch(&stream->requester, EPOLLRDHUP, EPOLL_CTL_ADD);
        watch(&stream->target, EPOLLIN, EPOLL_CTL_ADD);
    }
}

int main(int count, char **args) {
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (count == 4 && !strcmp(args[1], "plain")) listenSink(atoi(args[3]));
    else if (count > 2 && !strcmp(args[1], "pairs")) takePairs(count - 2, args + 2);
    else if (count == 7 && !strcmp(args[1], "socks5")) {
        load.xmpp = (struct leg) { .kind = XMPP, .fd = atoi(args[3]) };
        load.proxy = args[4];
        load.requesterJid = args[5];
        load.targetJid = args[6];
        watch(&load.xmpp, EPOLLIN, EPOLL_CTL_ADD);
    } else { fprintf(stderr, "load: see the head of load.c for its arguments\n"); return 64; }
    load.port = atoi(args[2]);
    for (char line[128]; fgets(line, sizeof line, stdin); fflush(stdout)) {
        unsigned number, window;
        unsigned long long bytes;
        double seconds;
        if (sscanf(line, "connect %u", &number) == 1) connectAll(number);
        else if (!strncmp(line, "activate", 8)) activateAll();
        else if (sscanf(line, "touch %u", &number) == 1) touch(number);
        else if (sscanf(line, "run %llu %lf", &bytes, &seconds) == 2) run(bytes, seconds);
        else if (sscanf(line, "churn %u %u", &number, &window) == 2) churn(number, window);
        else if (sscanf(line, "probe %u", &number) == 1) probe(number);
        else { errno = EINVAL; fail(line); }
    }
    return 0;
}
