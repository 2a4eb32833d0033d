// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// Sends at a given rate, whatever comes back (open loop), or so many packets under way (closed loop). Between sends it
// polls: a relay must not pay for waking receivers that would be on other machines. `busy` is the time of the turns that
// moved something, so it tells how far the load is from its own limit.

#define _GNU_SOURCE
#include "turn-load.h"

#include <errno.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <string.h>

enum { BATCH = 128, MOST_BURST = 44, FRAME = CHANNEL_HEADER + MAX_PAYLOAD };

const unsigned char pattern[MAX_PAYLOAD] = { [0 ... 511] = 0x5a, [512 ... MAX_PAYLOAD - 1] = 0xc3 };
static unsigned char frames[BATCH * FRAME * MOST_BURST];
static unsigned used;                                    // bytes of frames that this batch has taken
static struct mmsghdr messages[BATCH];
static struct iovec slices[BATCH];
static unsigned char controls[BATCH][CMSG_SPACE(sizeof(uint16_t))];
static unsigned cursor[2];                               // whose turn it is to send up, down
static const uint64_t stragglersNanos = 200000000;

uint32_t checkOf(const struct stamp *stamp, int direction) {
    uint64_t mixed = (stamp->run ^ (uint64_t) direction << 30 ^ (uint64_t) stamp->client << 32 ^ stamp->sequence) + stamp->nanos;
    mixed *= 0x9e3779b97f4a7c15;
    return (uint32_t) (mixed >> 32);
}

static unsigned frameBytes(int direction) { return load.plan.bytes + (direction == UP ? load.header : 0); }

static unsigned char *frame(struct client *client, int direction, uint64_t now) {
    unsigned char *at = frames + used;
    struct stamp stamp = { load.run, (uint32_t) (client - load.clients), client->sequence[direction - 1]++, 0, now };
    stamp.check = checkOf(&stamp, direction);
    used += frameBytes(direction);
    if (direction == UP && load.header) {
        writeShort(at, client->channel);
        writeShort(at + 2, load.plan.bytes);
    }
    unsigned char *payload = at + frameBytes(direction) - load.plan.bytes;
    memcpy(payload, &stamp, sizeof stamp);
    memcpy(payload + sizeof stamp, pattern + sizeof stamp, load.plan.bytes - sizeof stamp);
    return at;
}

// Fills message `index` with one packet, or one burst that the kernel is to cut.
static void fill(unsigned index, struct client *client, int direction, uint64_t now) {
    unsigned count = load.plan.burst ? load.plan.burst : 1;
    unsigned char *first = frame(client, direction, now);
    for (unsigned i = 1; i < count; i++) frame(client, direction, now);
    slices[index] = (struct iovec) { first, (size_t) count * frameBytes(direction) };
    struct msghdr *header = &messages[index].msg_hdr;
    *header = (struct msghdr) { .msg_iov = &slices[index], .msg_iovlen = 1 };
    if (direction == DOWN && load.header) {
        header->msg_name = &client->relayed;
        header->msg_namelen = sizeof client->relayed;
    }
    if (count == 1) return;
    header->msg_control = controls[index];
    header->msg_controllen = sizeof controls[index];
    struct cmsghdr *control = CMSG_FIRSTHDR(header);
    *control = (struct cmsghdr) { .cmsg_level = IPPROTO_UDP, .cmsg_type = UDP_SEGMENT, .cmsg_len = CMSG_LEN(sizeof(uint16_t)) };
    memcpy(CMSG_DATA(control), &(uint16_t) { (uint16_t) frameBytes(direction) }, sizeof(uint16_t));
}

// A single packet on a connected socket takes the shortest way into the kernel.
static ssize_t transmitOne(int fd, struct msghdr *message) {
    if (message->msg_name || message->msg_control) return sendmsg(fd, message, 0);
    return send(fd, message->msg_iov->iov_base, message->msg_iov->iov_len, 0);
}

static void transmit(int fd, unsigned first, unsigned count) {
    unsigned each = load.plan.burst ? load.plan.burst : 1;
    while (count) {
        int sent = count > 1 ? sendmmsg(fd, &messages[first], count, 0)
            : transmitOne(fd, &messages[first].msg_hdr) < 0 ? -1 : 1;
        if (sent < 0) load.totals.unsendable += each;    // of the first one; the rest is tried again
        unsigned passed = sent < 0 ? 1 : (unsigned) sent;
        load.totals.sent += (uint64_t) each * passed;
        first += passed;
        count -= passed;
    }
}

// Clients take turns; with more sends than clients, each has its share in one system call.
static void sendSeparately(unsigned sends, int direction) {
    unsigned clients = load.clientCount, lanes = sends < clients ? sends : clients, filled = 0;
    for (unsigned i = 0; i < lanes; i++) {
        struct client *client = &load.clients[(cursor[direction - 1] + i) % clients];
        unsigned share = sends / clients + (i < sends % clients), first = filled;
        uint64_t now = nanos();
        while (filled < first + share) fill(filled++, client, direction, now);
        transmit(direction == UP ? client->fd : client->called, first, share);
    }
    cursor[direction - 1] = (cursor[direction - 1] + sends) % clients;
}

// Each peer sends to all its clients in one system call.
static void sendFromPeers(unsigned sends) {
    unsigned clients = load.clientCount, filled = 0;
    for (unsigned peer = 0; peer < PEERS; peer++) {
        unsigned first = filled;
        uint64_t now = nanos();
        for (unsigned i = 0; i < sends; i++) {
            unsigned index = (cursor[1] + i) % clients;
            if (index % PEERS == peer) fill(filled++, &load.clients[index], DOWN, now);
        }
        if (filled > first) transmit(load.peers[peer].fd, first, filled - first);
    }
    cursor[1] = (cursor[1] + sends) % clients;
}

static unsigned sendSome(unsigned sends) {
    static unsigned odd;
    if (sends > BATCH) sends = BATCH;
    unsigned up = load.plan.direction == UP ? sends : load.plan.direction == DOWN ? 0 : (sends + (odd & 1)) / 2;
    if (load.plan.direction == BOTH && sends & 1) odd++;
    used = 0;
    if (up) sendSeparately(up, UP);
    if (sends - up && load.header) sendFromPeers(sends - up);
    else if (sends - up) sendSeparately(sends - up, DOWN);
    return sends;
}

static unsigned underWay(void) { return (unsigned) (load.totals.sent - load.totals.received); }

// How many sends are due. A lost packet must not stop a closed loop: after a while without arrivals it begins anew.
static unsigned due(uint64_t elapsed, uint64_t sinceArrival) {
    unsigned each = load.plan.burst ? load.plan.burst : 1;
    if (load.plan.rate <= 0) {
        unsigned open = sinceArrival > stragglersNanos / 10 ? 0 : underWay();
        return open >= load.plan.window ? 0 : (load.plan.window - open + each - 1) / each;
    }
    double wanted = (double) elapsed * load.plan.rate / 1e9 - (double) load.totals.sent;
    return wanted < each ? 0 : (unsigned) (wanted / each);
}

static void begun(void) {
    load.run++;
    load.totals = (struct totals) { 0 };
    forgetTimes();
    for (unsigned i = 0; i < load.clientCount; i++)
        for (int direction = 0; direction < 2; direction++)
            load.clients[i].sequence[direction] = load.clients[i].expected[direction] = 0;
    if (load.plan.burst * frameBytes(UP) > 65000 || load.plan.burst > MOST_BURST) { errno = EMSGSIZE; fail("burst"); }
    if (!load.clientCount) { errno = EINVAL; fail("nothing to send through"); }
}

static void traffic(void) {
    begun();
    uint64_t start = nanos(), now = start, end = start + (uint64_t) (load.plan.seconds * 1e9);
    uint64_t nextTick = start, busy = 0, arrival = start;
    while (now < end) {
        unsigned moved = 0, arrivals;
        if (now >= nextTick) {
            unsigned sends = due(now - start, now - arrival);
            if (sends) moved += sendSome(sends);
            if (sends <= BATCH) nextTick += (uint64_t) load.plan.tickNanos;
            if (nextTick < now) nextTick = now;
        }
        moved += arrivals = receiveAll();
        if (load.onTime) load.onTime(now);
        uint64_t after = nanos();
        if (moved) busy += after - now;
        if (arrivals) arrival = after;
        now = after;
    }
    uint64_t taken = now - start;
    for (arrival = now; load.totals.received < load.totals.sent && now - arrival < stragglersNanos; now = nanos())
        if (receiveAll()) arrival = now;
    struct totals *totals = &load.totals;
    printf("ok %llu %llu %llu %llu %llu %llu %llu %.2f %.2f %.2f %.2f\n", (unsigned long long) totals->sent,
        (unsigned long long) totals->received, (unsigned long long) totals->corrupt, (unsigned long long) totals->reordered,
        (unsigned long long) totals->unsendable, (unsigned long long) taken, (unsigned long long) busy,
        microsOf(0.5), microsOf(0.99), microsOf(0.999), microsOf(1));
}

int runs(const char *line) {
    struct plan plan;
    if (sscanf(line, "run %u %u %lf %lf %u %u %lf", &plan.bytes, &plan.direction, &plan.rate, &plan.seconds, &plan.burst,
            &plan.window, &plan.tickNanos) != 7 || plan.bytes > MAX_PAYLOAD || plan.bytes < sizeof(struct stamp)) return 0;
    plan.tickNanos *= 1000;
    load.plan = plan;
    traffic();
    return 1;
}
