// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// The yardstick: the least a program can do to relay TCP on Linux. One thread, edge-triggered epoll, splice() through
// a pipe both ways, no handshake, no limits, no log. Each connection taken on a LISTEN-PORT is joined to a new one to
// its SINK-PORT, both on 127.0.0.1. A pipe is borrowed while it holds bytes and goes back at once when it is empty, so an
// idle stream owns its two sockets and nothing else.
//
//   splice-relay PIPE-BYTES LISTEN-PORT SINK-PORT [LISTEN-PORT SINK-PORT ...]

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, SPLICES_PER_TURN = 4, DOORS = 8 };

struct pipe { int in, out; size_t held; struct pipe *next; };

// One socket of a stream. `pipe` holds what was read here and not yet written to the other socket.
struct leg { int fd; int ended; struct leg *other; struct pipe *pipe; struct leg *again; int queued; };
struct stream { struct leg a, b; struct stream *next; };
struct door { int listener; struct sockaddr_in sink; };

static int epoll;
static size_t pipeBytes;
static struct door doors[DOORS];
static struct pipe *idlePipes;
static struct leg *unfinished;      // legs whose turn was cut short so that the others get theirs
static struct stream *dead;         // closed, to be freed once no list can name them

static void fail(const char *what) { perror(what); exit(1); }

static struct pipe *borrow(void) {
    struct pipe *pipe = idlePipes;
    if (pipe) { idlePipes = pipe->next; return pipe; }
    int ends[2];
    if (pipe2(ends, O_NONBLOCK | O_CLOEXEC)) return NULL;
    fcntl(ends[1], F_SETPIPE_SZ, (int) pipeBytes);
    pipe = calloc(1, sizeof *pipe);
    pipe->out = ends[0];
    pipe->in = ends[1];
    return pipe;
}

static void giveBack(struct leg *leg) { leg->pipe->next = idlePipes; idlePipes = leg->pipe; leg->pipe = NULL; }

static void closeStream(struct leg *leg) {
    struct stream *stream = (struct stream *) (leg < leg->other ? leg : leg->other);
    if (leg->fd < 0) return;
    struct leg *legs[] = { leg, leg->other };
    for (int i = 0; i < 2; i++) {
        close(legs[i]->fd);
        legs[i]->fd = -1;
        if (!legs[i]->pipe) continue;
        close(legs[i]->pipe->in);
        close(legs[i]->pipe->out);
        free(legs[i]->pipe);
        legs[i]->pipe = NULL;
    }
    stream->next = dead;
    dead = stream;
}

static int broken(ssize_t moved) { return moved < 0 && errno != EAGAIN; }

// Moves bytes from `leg` to the other leg until neither end can go on.
static void pump(struct leg *leg) {
    for (int turns = 0; leg->fd >= 0 && !leg->ended; turns++) {
        if (turns == SPLICES_PER_TURN) {
            if (!leg->queued) { leg->queued = 1; leg->again = unfinished; unfinished = leg; }
            return;
        }
        if (!leg->pipe && !(leg->pipe = borrow())) { closeStream(leg); return; }
        struct pipe *pipe = leg->pipe;
        int wasEmpty = pipe->held == 0;
        ssize_t in = splice(leg->fd, NULL, pipe->in, NULL, pipeBytes, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
        if (broken(in)) { closeStream(leg); return; }
        if (in > 0) pipe->held += (size_t) in;
        ssize_t out = pipe->held
            ? splice(pipe->out, NULL, leg->other->fd, NULL, pipe->held, SPLICE_F_MOVE | SPLICE_F_NONBLOCK) : 0;
        if (out < 0 && errno == ENOTCONN) return;      // still connecting; EPOLLOUT brings us back
        if (broken(out)) { closeStream(leg); return; }
        if (out > 0) pipe->held -= (size_t) out;
        if (pipe->held == 0) {
            giveBack(leg);
            if (in == 0) {
                leg->ended = 1;
                shutdown(leg->other->fd, SHUT_WR);
                if (leg->other->ended) closeStream(leg);
            } else if (in < 0 && wasEmpty) return;     // a full pipe says EAGAIN too; only an empty one speaks for the socket
        } else if (out < 0) return;
    }
}

static void watch(struct leg *leg) {
    struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = leg };
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, leg->fd, &event)) fail("splice-relay: epoll_ctl");
    setsockopt(leg->fd, IPPROTO_TCP, TCP_NODELAY, &(int) { 1 }, sizeof(int));
}

static struct sockaddr_in loopback(const char *port) {
    return (struct sockaddr_in) {
        .sin_family = AF_INET, .sin_port = htons((unsigned short) atoi(port)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static void take(const struct door *door) {
    for (int fd; (fd = accept4(door->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        int out = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (out < 0) { close(fd); continue; }
        if (connect(out, (const struct sockaddr *) &door->sink, sizeof door->sink) && errno != EINPROGRESS) {
            close(fd);
            close(out);
            continue;
        }
        struct stream *stream = calloc(1, sizeof *stream);
        stream->a = (struct leg) { .fd = fd, .other = &stream->b };
        stream->b = (struct leg) { .fd = out, .other = &stream->a };
        watch(&stream->a);
        watch(&stream->b);
    }
}

static void openDoor(struct door *door, const char *port, const char *sink) {
    struct sockaddr_in here = loopback(port);
    door->sink = loopback(sink);
    door->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(door->listener, SOL_SOCKET, SO_REUSEADDR, &(int) { 1 }, sizeof(int));
    if (bind(door->listener, (struct sockaddr *) &here, sizeof here) || listen(door->listener, 4096)) fail("splice-relay: listen");
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = door };
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, door->listener, &event)) fail("splice-relay: epoll_ctl");
}

static int isDoor(const void *pointer) { return pointer >= (void *) doors && pointer < (void *) (doors + DOORS); }

int main(int count, char **args) {
    if (count < 4 || count % 2 || count > 2 + 2 * DOORS) {
        fprintf(stderr, "usage: splice-relay PIPE-BYTES LISTEN-PORT SINK-PORT [LISTEN-PORT SINK-PORT ...]\n");
        return 64;
    }
    signal(SIGPIPE, SIG_IGN);
    pipeBytes = (size_t) atol(args[1]);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 2; i < count; i += 2) openDoor(&doors[i / 2 - 1], args[i], args[i + 1]);
    struct epoll_event events[EVENTS];
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, unfinished ? 0 : -1);
        if (ready < 0 && errno != EINTR) fail("splice-relay: epoll_wait");
        for (int i = 0; i < ready; i++) {
            struct leg *leg = events[i].data.ptr;
            if (isDoor(leg)) { take(events[i].data.ptr); continue; }
            if (leg->fd >= 0 && events[i].events & EPOLLERR) closeStream(leg);
            if (events[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP)) pump(leg);
            if (events[i].events & EPOLLOUT && leg->other->pipe) pump(leg->other);
        }
        struct leg *cut = unfinished;
        unfinished = NULL;
        while (cut) { struct leg *leg = cut; cut = leg->again; leg->queued = 0; pump(leg); }
        while (dead && !unfinished) { struct stream *stream = dead; dead = stream->next; free(stream); }
    }
}
