// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// Checks each packet that comes out of the relay: whose it is, its order, its bytes, and how long it was on the way.

#define _GNU_SOURCE
#include "turn-load.h"

#include <netinet/udp.h>
#include <string.h>
#include <sys/epoll.h>

enum { EVENTS = 256, SLOTS = 64, PLAIN = 2048 + 64, COALESCED = 65536 + 192, COMPARED_WHOLE = 64, STEPS = 32,
       ANYBODY = MAX_CLIENTS };

static unsigned char room[SLOTS * COALESCED];
static struct mmsghdr messages[SLOTS];
static struct iovec slices[SLOTS];
static unsigned char controls[SLOTS][CMSG_SPACE(sizeof(int))];
static uint64_t times[64 * STEPS];       // histogram, 32 steps for each power of two of nanoseconds

void forgetTimes(void) { memset(times, 0, sizeof times); }

static unsigned stepOf(uint64_t time) {
    if (time < STEPS) return (unsigned) time;
    unsigned power = 63 - (unsigned) __builtin_clzll(time);
    return (power - 4) * STEPS + (unsigned) (time >> (power - 5)) % STEPS;
}

static double microsAt(unsigned step) {
    if (step < STEPS) return step / 1e3;
    unsigned power = step / STEPS + 4;
    return ((double) (STEPS + step % STEPS) + 0.5) * (double) (1ull << (power - 5)) / 1e3;
}

double microsOf(double share) {
    uint64_t all = 0, seen = 0;
    for (unsigned i = 0; i < 64 * STEPS; i++) all += times[i];
    uint64_t wanted = (uint64_t) ((double) all * share);
    if (wanted >= all && all) wanted = all - 1;
    for (unsigned i = 0; all && i < 64 * STEPS; i++) if ((seen += times[i]) > wanted) return microsAt(i);
    return 0;
}

static unsigned arrived(const unsigned char *payload, size_t length, int direction, uint64_t owner, uint64_t now) {
    static unsigned count;
    struct stamp stamp;
    if (length != load.plan.bytes) { load.totals.corrupt++; return 1; }
    memcpy(&stamp, payload, sizeof stamp);
    if (stamp.check != checkOf(&stamp, direction) || stamp.client >= load.clientCount
        || (owner != ANYBODY && stamp.client != owner)
        || (++count % COMPARED_WHOLE == 0 && memcmp(payload + sizeof stamp, pattern + sizeof stamp, length - sizeof stamp))) {
        load.totals.corrupt++;
        return 1;
    }
    if (stamp.run != load.run) return 0;         // a straggler of an earlier run
    uint32_t *expected = &load.clients[stamp.client].expected[direction - 1];
    if (stamp.sequence < *expected) load.totals.reordered++;
    else *expected = stamp.sequence + 1;
    load.totals.received++;
    times[stepOf(now > stamp.nanos ? now - stamp.nanos : 0)]++;
    return 1;
}

static unsigned unpack(const unsigned char *bytes, size_t length, uint64_t tag, uint64_t now) {
    if (load.onStun) {
        if (!isMessage(bytes, length)) return arrived(bytes, length, isPeer(tag) ? UP : DOWN, tag % MAX_CLIENTS, now);
        load.onStun(tag, bytes, length);
        return 0;
    }
    if (isPeer(tag)) return arrived(bytes, length, UP, ANYBODY, now);
    if (length < CHANNEL_HEADER || bytes[0] < 0x40) return 0;
    if (readShort(bytes) != load.clients[tag].channel || readShort(bytes + 2) > length - CHANNEL_HEADER) {
        load.totals.corrupt++;
        return 1;
    }
    return arrived(bytes + CHANNEL_HEADER, readShort(bytes + 2), DOWN, tag, now);
}

static size_t segmentOf(struct msghdr *message, size_t whole) {
    for (struct cmsghdr *each = CMSG_FIRSTHDR(message); each; each = CMSG_NXTHDR(message, each)) {
        int size;
        if (each->cmsg_level != IPPROTO_UDP || each->cmsg_type != UDP_GRO) continue;
        memcpy(&size, CMSG_DATA(each), sizeof size);
        return size > 0 ? (size_t) size : whole;
    }
    return whole;
}

// The kernel writes into the headers only where control messages come.
static int receive(int fd) {
    static int prepared;
    size_t stride = load.receiveBatches ? COALESCED : PLAIN;
    for (int i = 0; i < SLOTS && (!prepared || load.receiveBatches); i++) {
        slices[i] = (struct iovec) { room + (size_t) i * stride, stride };
        messages[i].msg_hdr = (struct msghdr) { .msg_iov = &slices[i], .msg_iovlen = 1 };
        if (!load.receiveBatches) continue;
        messages[i].msg_hdr.msg_control = controls[i];
        messages[i].msg_hdr.msg_controllen = sizeof controls[i];
    }
    prepared = 1;
    return recvmmsg(fd, messages, SLOTS, MSG_DONTWAIT, NULL);
}

static unsigned receiveFrom(int fd, uint64_t tag) {
    unsigned packets = 0;
    for (int count = SLOTS; count == SLOTS;) {
        count = receive(fd);
        uint64_t now = nanos();
        for (int i = 0; i < count; i++) {
            size_t whole = messages[i].msg_len, segment = load.receiveBatches ? segmentOf(&messages[i].msg_hdr, whole) : whole;
            const unsigned char *bytes = slices[i].iov_base;
            for (size_t at = 0; at < whole; at += segment)
                packets += unpack(bytes + at, whole - at < segment ? whole - at : segment, tag, now);
        }
    }
    return packets;
}

unsigned receiveAll(void) {
    struct epoll_event events[EVENTS];
    unsigned packets = 0;
    int count = epoll_wait(load.epoll, events, EVENTS, 0);
    for (int i = 0; i < count; i++) {
        packets += receiveFrom(socketOf(events[i].data.u64), events[i].data.u64);
    }
    return packets;
}
