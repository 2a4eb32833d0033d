// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// The yardstick: the least a program can do to relay ChannelData on Linux. One thread, level-triggered epoll, recvmmsg and
// sendmmsg, one flush per turn towards the clients and one per allocation towards the peers. Real Allocate, ChannelBind and
// Refresh messages, but no credentials, lifetimes, limits or statistics, and one peer per allocation.
//
//   turn-relay [-g] [-G] PORT          -g: UDP_SEGMENT on the way out, -G: UDP_GRO on the way in, too

#define _GNU_SOURCE
#include "turn-relay.h"
#include "turn-stun.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, BATCH = 64, COALESCED_BATCH = 8, SLOT = 2048 + 64, COALESCED = 65536 + 192, TABLE = 1 << 14, ROUNDS = 8,
       SOCKET_BUFFER = 1 << 20 };

// `first` and `last` chain the packets that a batch has for this allocation's peer.
struct allocation {
    int fd, first, last;
    struct sockaddr_in client, relayed, peer;
    unsigned char header[CHANNEL_HEADER];
    struct allocation *nextTouched, *nextInTable, *nextIdle;
};

struct packet { unsigned char *bytes; size_t length; int next; };

static int epoll, listener, coalescing;
static struct allocation *table[TABLE], *idle;
static struct packet packets[MOST_QUEUED];
static unsigned packetCount;
static unsigned char slots[MOST_QUEUED * SLOT + 2 * COALESCED_BATCH * COALESCED];      // for either kind
static struct mmsghdr messages[BATCH];
static struct iovec slices[BATCH];
static struct sockaddr_in sources[BATCH];
static unsigned char controls[BATCH][CMSG_SPACE(sizeof(int))];
static unsigned slotsTaken;

static void fail(const char *what) { perror(what); exit(1); }

static int same(const struct sockaddr_in *one, const struct sockaddr_in *other) {
    return one->sin_port == other->sin_port && one->sin_addr.s_addr == other->sin_addr.s_addr;
}

static struct allocation **placeOf(const struct sockaddr_in *client) {
    uint64_t key = ((uint64_t) client->sin_addr.s_addr << 16 | client->sin_port) * 0x9e3779b97f4a7c15;
    struct allocation **place = &table[key >> 50];
    while (*place && !same(&(*place)->client, client)) place = &(*place)->nextInTable;
    return place;
}

static int openSocket(unsigned short port) {
    struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = port, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *) &here, sizeof here)) fail("turn-relay: socket");
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int) { SOCKET_BUFFER }, sizeof(int));
    if (coalescing) setsockopt(fd, IPPROTO_UDP, UDP_GRO, &(int) { 1 }, sizeof(int));
    return fd;
}

static struct allocation *allocate(const struct sockaddr_in *client) {
    struct allocation **place = placeOf(client), *made = *place;
    if (made) return made;
    made = idle ? idle : malloc(sizeof *made);
    if (idle) idle = idle->nextIdle;
    *made = (struct allocation) { .fd = openSocket(0), .first = -1, .client = *client };
    getsockname(made->fd, (struct sockaddr *) &made->relayed, &(socklen_t) { sizeof made->relayed });
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = made };
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, made->fd, &event)) fail("turn-relay: epoll_ctl");
    return *place = made;
}

// Its memory stays: an event of this turn may still name it.
static void release(struct allocation **place) {
    struct allocation *gone = *place;
    *place = gone->nextInTable;
    close(gone->fd);
    gone->fd = -1;
    gone->nextIdle = idle;
    idle = gone;
}

static void onRequest(const unsigned char *bytes, size_t length, const struct sockaddr_in *from) {
    struct message answer;
    size_t size;
    const unsigned char *value;
    struct allocation **place = placeOf(from);
    if (!isMessage(bytes, length)) return;
    begin(&answer, typeOf(bytes) | SUCCESS, transactionOf(bytes));
    if (typeOf(bytes) == ALLOCATE) {
        putAddress(&answer, XOR_RELAYED_ADDRESS, &allocate(from)->relayed);
        putNumber(&answer, LIFETIME, 600);
    } else if (!*place) return;
    else if (typeOf(bytes) == CHANNEL_BIND) {
        if (!(value = find(bytes, length, CHANNEL_NUMBER, &size)) || size != 4) return;
        memcpy((*place)->header, value, 2);
        if (!findAddress(bytes, length, XOR_PEER_ADDRESS, &(*place)->peer)) return;
    } else if (typeOf(bytes) == REFRESH) {
        putNumber(&answer, LIFETIME, 0);
        release(place);
    } else return;
    sendto(listener, answer.bytes, answer.length, 0, (const struct sockaddr *) from, sizeof *from);
}

static size_t segmentOf(struct msghdr *message, size_t whole) {
    struct cmsghdr *control = coalescing ? CMSG_FIRSTHDR(message) : NULL;
    int size = 0;
    if (control && control->cmsg_type == UDP_GRO) memcpy(&size, CMSG_DATA(control), sizeof size);
    return size > 0 ? (size_t) size : whole;
}

// Receives behind what this turn has received already; head room in front of each slot.
static int receive(int fd) {
    size_t stride = coalescing ? COALESCED : SLOT;
    unsigned most = coalescing ? COALESCED_BATCH : BATCH;
    for (unsigned i = 0; i < most; i++) {
        slices[i] = (struct iovec) { slots + (slotsTaken + i) * stride + CHANNEL_HEADER, stride - CHANNEL_HEADER };
        messages[i].msg_hdr = (struct msghdr) { .msg_name = &sources[i], .msg_namelen = sizeof sources[i],
            .msg_iov = &slices[i], .msg_iovlen = 1, .msg_control = coalescing ? controls[i] : NULL,
            .msg_controllen = coalescing ? sizeof controls[i] : 0 };
    }
    return recvmmsg(fd, messages, most, MSG_DONTWAIT, NULL);
}

static void sendToPeer(struct allocation *allocation) {
    for (int i = allocation->first; i >= 0; i = packets[i].next) {
        if (!roomLeft()) flush(allocation->fd);
        enqueue(&allocation->peer, NULL, packets[i].bytes, packets[i].length);
    }
    allocation->first = -1;
    flush(allocation->fd);
}

static struct allocation *chain(struct allocation *allocation, struct allocation *touched, unsigned char *data, size_t length) {
    size_t payload = length < CHANNEL_HEADER ? length : readShort(data + 2);
    if (packetCount == MOST_QUEUED || payload + CHANNEL_HEADER > length || memcmp(data, allocation->header, 2)) return touched;
    packets[packetCount] = (struct packet) { data + CHANNEL_HEADER, payload, -1 };
    if (allocation->first < 0) {
        allocation->first = (int) packetCount;
        allocation->nextTouched = touched;
        touched = allocation;
    } else packets[allocation->last].next = (int) packetCount;
    allocation->last = (int) packetCount++;
    return touched;
}

static void onListener(void) {
    int most = coalescing ? COALESCED_BATCH : BATCH, count = most;
    for (int round = 0; round < ROUNDS && count == most; round++) {
        struct allocation *touched = NULL;
        packetCount = 0;
        count = receive(listener);
        for (int i = 0; i < count; i++) {
            unsigned char *bytes = slices[i].iov_base;
            size_t whole = messages[i].msg_len, segment = segmentOf(&messages[i].msg_hdr, whole);
            if (whole && bytes[0] < 0x40) { onRequest(bytes, whole, &sources[i]); continue; }
            struct allocation *allocation = *placeOf(&sources[i]);
            for (size_t at = 0; allocation && at < whole; at += segment)
                touched = chain(allocation, touched, bytes + at, whole - at < segment ? whole - at : segment);
        }
        for (; touched; touched = touched->nextTouched) sendToPeer(touched);
    }
}

// One packet per slot: the header goes in front of it. Coalesced ones get theirs from the side.
static void onRelayed(struct allocation *allocation) {
    unsigned stretch = coalescing ? COALESCED_BATCH : BATCH;
    unsigned all = coalescing ? 2 * COALESCED_BATCH : MOST_QUEUED;
    if (slotsTaken + stretch > all) { flush(listener); slotsTaken = 0; }
    int count = allocation->fd < 0 ? 0 : receive(allocation->fd);
    for (int i = 0; i < count; i++) {
        unsigned char *bytes = slices[i].iov_base;
        size_t whole = messages[i].msg_len, segment = segmentOf(&messages[i].msg_hdr, whole);
        if (!same(&sources[i], &allocation->peer)) continue;
        if (whole <= segment) {
            if (!roomLeft()) flush(listener);
            memcpy(bytes - CHANNEL_HEADER, allocation->header, 2);
            writeShort(bytes - 2, (unsigned) whole);
            enqueue(&allocation->client, NULL, bytes - CHANNEL_HEADER, whole + CHANNEL_HEADER);
        } else for (size_t at = 0; at < whole; at += segment) {
            static unsigned char headers[MOST_QUEUED][CHANNEL_HEADER];
            size_t length = whole - at < segment ? whole - at : segment;
            if (!roomLeft()) flush(listener);
            unsigned char *header = headers[roomLeft() - 1];
            memcpy(header, allocation->header, 2);
            writeShort(header + 2, (unsigned) length);
            enqueue(&allocation->client, header, bytes + at, length);
        }
    }
    slotsTaken += count > 0 ? (unsigned) count : 0;
}

int main(int count, char **args) {
    int option;
    while ((option = getopt(count, args, "gG")) > 0) { segmenting = 1; coalescing |= option == 'G'; }
    if (optind != count - 1) { fprintf(stderr, "usage: turn-relay [-g] [-G] PORT\n"); return 64; }
    epoll = epoll_create1(EPOLL_CLOEXEC);
    listener = openSocket(htons((unsigned short) atoi(args[optind])));
    struct epoll_event events[EVENTS], event = { .events = EPOLLIN };
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event)) fail("turn-relay: epoll_ctl");
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        if (ready < 0 && errno != EINTR) fail("turn-relay: epoll_wait");
        slotsTaken = 0;
        for (int i = 0; i < ready; i++) if (events[i].data.ptr) onRelayed(events[i].data.ptr);
        flush(listener);
        for (int i = 0; i < ready; i++) if (!events[i].data.ptr) { slotsTaken = 0; onListener(); }
    }
}
