// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// Activates streams (XEP-0065 section 6.3.5) through an XMPP stream that the driver has already opened: a client's
// stream to Prosody or ejabberd, or the server's end of Thingle's component stream.

#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

static char inbox[1 << 16];
static size_t filled;

static void sendStanza(const char *stanza, int length) {
    for (int at = 0; at < length;) {
        ssize_t count = send(load.xmpp.fd, stanza + at, (size_t) (length - at), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) at += (int) count;
        else if (count < 0 && errno == EAGAIN) poll(&(struct pollfd) { .fd = load.xmpp.fd, .events = POLLOUT }, 1, 1000);
        else fail("sending a stanza");
    }
}

static void activated(struct stream *stream) {
    stream->activatedNanos = nanos();
    load.active++;
    if (load.purpose == CHURN) closeStream(stream);
    if (load.purpose == PROBE && send(stream->requester.fd, "!", 1, MSG_NOSIGNAL) != 1) fail("sending the first byte");
}

void activate(struct stream *stream) {
    if (!load.proxy) { activated(stream); return; }
    char stanza[1024];
    int length = snprintf(stanza, sizeof stanza,
        "<iq type='set' id='bench%u' from='%s' to='%s'><query xmlns='http://jabber.org/protocol/bytestreams' sid='%s'>"
        "<activate>%s</activate></query></iq>",
        (unsigned) (stream - load.streams), load.requesterJid, load.proxy, stream->sid, load.targetJid);
    load.asked++;
    stream->askedNanos = nanos();
    sendStanza(stanza, length);
}

// A ping that Thingle sends to itself through the server (XEP-0199): what would come back to it is the answer.
static void answerPing(const char *tag) {
    char stanza[512], id[128];
    const char *found = strstr(tag, " id=");
    if (!found || sscanf(found + 5, "%127[^'\"]", id) != 1) return;
    sendStanza(stanza, snprintf(stanza, sizeof stanza,
        "<iq type='result' id='%s' from='%s' to='%s'/>", id, load.proxy, load.proxy));
}

static int has(const char *tag, const char *single, const char *twin) { return strstr(tag, single) || strstr(tag, twin); }

// Takes one start tag of an <iq/>; everything else in the stream is of no interest here.
static void onIq(const char *tag) {
    if (has(tag, "type='get'", "type=\"get\"")) { answerPing(tag); return; }
    const char *id = strstr(tag, " id='bench");
    if (!id) id = strstr(tag, " id=\"bench");
    if (!id) return;
    if (!has(tag, "type='result'", "type=\"result\"")) {
        printf("error activation refused: %s\n", tag);
        exit(1);
    }
    activated(&load.streams[strtoul(id + 10, NULL, 10) % MAX_STREAMS]);
}

void onXmpp(void) {
    ssize_t count = recv(load.xmpp.fd, inbox + filled, sizeof inbox - 1 - filled, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) fail("XMPP stream closed");
    filled += (size_t) count;
    inbox[filled] = 0;
    char *at = inbox;
    for (char *end; (end = strchr(at, '>')); at = end + 1) {
        *end = 0;
        char *start = strstr(at, "<iq ");
        if (start) onIq(start);
    }
    filled -= (size_t) (at - inbox);
    memmove(inbox, at, filled);
    if (filled == sizeof inbox - 1) { errno = EMSGSIZE; fail("XMPP tag"); }
}
