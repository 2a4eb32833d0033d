// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors

#define _GNU_SOURCE
#include "turn-relay.h"

#include <netinet/udp.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

enum { MOST_SEGMENTS = 64, MOST_BYTES = 65000 };

int segmenting;

static struct mmsghdr messages[MOST_QUEUED];
static struct iovec slices[2 * MOST_QUEUED];
static unsigned char controls[MOST_QUEUED][CMSG_SPACE(sizeof(uint16_t))];
static struct run { size_t segment, bytes; unsigned segments; int shorter; } runs[MOST_QUEUED];
static unsigned messageCount, sliceCount, packetCount;

int roomLeft(void) { return (int) (MOST_QUEUED - packetCount); }

// Only the last segment of a send may be shorter than the others.
static int joins(const struct sockaddr_in *to, size_t length) {
    if (!segmenting || !messageCount) return 0;
    struct run *run = &runs[messageCount - 1];
    return messages[messageCount - 1].msg_hdr.msg_name == to && !run->shorter && length <= run->segment
        && run->segments < MOST_SEGMENTS && run->bytes + length <= MOST_BYTES;
}

void enqueue(const struct sockaddr_in *to, void *header, void *bytes, size_t length) {
    size_t whole = length + (header ? 4 : 0);
    if (!joins(to, whole)) {
        runs[messageCount] = (struct run) { .segment = whole };
        messages[messageCount].msg_hdr = (struct msghdr) {
            .msg_name = (void *) to, .msg_namelen = sizeof *to, .msg_iov = &slices[sliceCount] };
        messageCount++;
    }
    struct run *run = &runs[messageCount - 1];
    struct msghdr *message = &messages[messageCount - 1].msg_hdr;
    if (header) { slices[sliceCount++] = (struct iovec) { header, 4 }; message->msg_iovlen++; }
    slices[sliceCount++] = (struct iovec) { bytes, length };
    message->msg_iovlen++;
    run->segments++;
    run->bytes += whole;
    run->shorter = whole < run->segment;
    packetCount++;
}

static void cutInto(struct msghdr *message, unsigned char *room, uint16_t segment) {
    message->msg_control = room;
    message->msg_controllen = CMSG_SPACE(sizeof segment);
    struct cmsghdr *control = CMSG_FIRSTHDR(message);
    *control = (struct cmsghdr) {
        .cmsg_level = IPPROTO_UDP, .cmsg_type = UDP_SEGMENT, .cmsg_len = CMSG_LEN(sizeof segment) };
    memcpy(CMSG_DATA(control), &segment, sizeof segment);
}

void flush(int fd) {
    for (unsigned i = 0; i < messageCount; i++)
        if (runs[i].segments > 1) cutInto(&messages[i].msg_hdr, controls[i], (uint16_t) runs[i].segment);
    for (unsigned sent = 0; sent < messageCount;) {
        if (messageCount == 1) { sendmsg(fd, &messages[0].msg_hdr, MSG_DONTWAIT); break; }
        int count = sendmmsg(fd, messages + sent, messageCount - sent, MSG_DONTWAIT);
        sent += count > 0 ? (unsigned) count : 1;    // what cannot be sent is lost, as on any network
    }
    messageCount = sliceCount = packetCount = 0;
}
