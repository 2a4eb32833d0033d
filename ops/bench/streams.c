// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// Opens and closes streams. Against a SOCKS5 proxy both legs connect and shake hands (XEP-0065 section 6), one message
// at a time because Prosody wants each in a read of its own. Against a plain relay the requester's leg connects and the
// target's leg is what arrives at the sink.

#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SOURCES = 16 };      // 127.0.0.1 to .16: enough local ports for any run

static const char greeting[3] = { 5, 1, 0 };

static void connectLeg(struct leg *leg) {
    static unsigned connected;
    struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + connected++ % SOURCES) };
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((unsigned short) load.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    leg->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (leg->fd < 0) fail("socket");
    setsockopt(leg->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &(int) { 1 }, sizeof(int));
    setsockopt(leg->fd, IPPROTO_TCP, TCP_NODELAY, &(int) { 1 }, sizeof(int));
    if (bind(leg->fd, (struct sockaddr *) &from, sizeof from)) fail("bind");
    if (connect(leg->fd, (struct sockaddr *) &to, sizeof to) && errno != EINPROGRESS) fail("connect");
    leg->step = CONNECTING;
    leg->got = 0;
    watch(leg, EPOLLOUT, EPOLL_CTL_ADD);
}

void openStream(struct stream *stream) {
    static unsigned serial;
    snprintf(stream->sid, sizeof stream->sid, "bench-%d-%u", (int) getpid(), serial++);
    stream->requester = (struct leg) { .stream = stream, .kind = REQUESTER, .fd = -1 };
    stream->target = (struct leg) { .stream = stream, .kind = TARGET, .fd = -1 };
    load.opened++;
    if (load.proxy) {
        char text[512];
        int length = snprintf(text, sizeof text, "%s%s%s", stream->sid, load.requesterJid, load.targetJid);
        sha1Hex(text, (size_t) length, stream->address);
        connectLeg(&stream->target);
    }
    connectLeg(&stream->requester);
}

void closeStream(struct stream *stream) {
    close(stream->requester.fd);
    close(stream->target.fd);
    stream->requester.step = stream->target.step = CLOSED;
    load.closed++;
}

static void legReady(struct leg *leg) {
    struct stream *stream = leg->stream;
    leg->step = READY;
    watch(leg, leg->kind == TARGET ? EPOLLIN : EPOLLRDHUP, EPOLL_CTL_MOD);
    if (stream->requester.step != READY || stream->target.step != READY) return;
    load.ready++;
    if (load.purpose != KEEP) activate(stream);
}

// Reads until `wanted` bytes of the reply are there.
static int replied(struct leg *leg, unsigned wanted) {
    ssize_t count = recv(leg->fd, leg->reply + leg->got, wanted - leg->got, 0);
    if (count == 0) { errno = ECONNRESET; fail("closed during the SOCKS5 handshake"); }
    if (count < 0 && errno != EAGAIN) fail("SOCKS5 handshake");
    if (count > 0) leg->got += (unsigned) count;
    return leg->got == wanted;
}

void onHandshake(struct leg *leg, uint32_t events) {
    if (leg->step == CONNECTING) {
        if (events & (EPOLLERR | EPOLLHUP)) {
            getsockopt(leg->fd, SOL_SOCKET, SO_ERROR, &errno, &(socklen_t) { sizeof errno });
            fail("connect");
        }
        if (!load.proxy) { legReady(leg); return; }
        if (send(leg->fd, greeting, sizeof greeting, MSG_NOSIGNAL) != sizeof greeting) fail("SOCKS5 greeting");
        leg->step = GREETING;
        watch(leg, EPOLLIN, EPOLL_CTL_MOD);
        return;
    }
    char request[48];
    snprintf(request, sizeof request, "%c%c%c%c%c%s%c%c", 5, 1, 0, 3, 40, leg->stream->address, 0, 0);
    if (leg->step == GREETING) {
        if (!replied(leg, 2)) return;
        if (memcmp(leg->reply, "\5", 2)) { errno = EPROTO; fail("SOCKS5 method refused"); }
        if (send(leg->fd, request, 47, MSG_NOSIGNAL) != 47) fail("SOCKS5 request");
        leg->step = REQUESTING;
        leg->got = 0;
        return;
    }
    if (!replied(leg, 47)) return;
    request[1] = 0;
    if (memcmp(leg->reply, request, 47)) { errno = EPROTO; fail("SOCKS5 request refused"); }
    legReady(leg);
}

void onAccept(void) {
    static unsigned next;
    if (load.purpose != KEEP) next = 0;         // one stream at a time
    for (int fd; (fd = accept4(load.sink.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        struct leg *leg = &load.streams[next++].target;
        leg->fd = fd;
        watch(leg, EPOLLIN, EPOLL_CTL_ADD);
        legReady(leg);
    }
}
