// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// What the loads of the TURN bench and of the broker bench's calls have in common: a clock, an end, and sockets.

#define _GNU_SOURCE
#include "turn-load.h"

#include <errno.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

enum { CLIENT_BUFFER = 4 << 20, PEER_BUFFER = 64 << 20 };

struct load load;

uint64_t nanos(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t) now.tv_sec * 1000000000 + (uint64_t) now.tv_nsec;
}

void fail(const char *what) {
    printf("error %s: %s\n", what, strerror(errno));
    fflush(stdout);
    exit(1);
}

int isPeer(uint64_t tag) { return tag >= MAX_CLIENTS; }

int socketOf(uint64_t tag) {
    if (!isPeer(tag)) return load.clients[tag].fd;
    return load.onStun ? load.clients[tag - MAX_CLIENTS].called : load.peers[tag - MAX_CLIENTS].fd;
}

// Room for everything that may arrive while this thread is busy, so that no loss is the load's own.
int openSocket(const struct sockaddr_in *remote, uint64_t tag) {
    struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) fail("socket");
    int room = isPeer(tag) ? PEER_BUFFER : CLIENT_BUFFER;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room))
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if (load.receiveBatches) setsockopt(fd, IPPROTO_UDP, UDP_GRO, &(int) { 1 }, sizeof(int));
    if (remote ? connect(fd, (const struct sockaddr *) remote, sizeof *remote)
               : bind(fd, (struct sockaddr *) &here, sizeof here)) fail("binding a socket");
    struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.u64 = tag };
    if (epoll_ctl(load.epoll, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
    return fd;
}
