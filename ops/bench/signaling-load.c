// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// Asks for services and credentials (XEP-0215) as many users, over the server's end of a component's stream that whoever
// started it has opened. One command a line on standard input, one line `ok ...` or `error ...` on standard output.
//
//   signaling-load FD COMPONENT-JID USER-DOMAIN
//
//   run NAMESPACE RATE SECONDS WINDOW PAYLOAD     evenly spaced, RATE a second; RATE 0: WINDOW of them under way
//       -> ok ANSWERS NANOS BYTES P50 P99 P999 MAX (nanoseconds)
//
// PAYLOAD is the request's; every answer must be the result for him who asked and hold a password, in NAMESPACE. Times
// count from when a request was due, so that one that had to wait for its turn is not taken for a fast one.

#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { USERS = 10000, SLOTS = 1 << 16, ROOM = 1 << 20, MOST_ANSWERS = 8 << 20, STANZA = 4096, PATIENCE_SECONDS = 20 };

struct plan { char payload[1024], namespace[64]; double rate, seconds; unsigned window; };

static struct {
    int fd;
    const char *component, *domain;
    struct plan plan;
    uint64_t due[SLOTS];                        // by request number; 0: answered
    uint64_t asked, answered, bytes;
    char inbox[ROOM], outbox[ROOM];
    size_t filled, waiting;
    uint32_t times[MOST_ANSWERS];
} load;

static uint64_t nanos(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t) now.tv_sec * 1000000000 + (uint64_t) now.tv_nsec;
}

static void fail(const char *what, const char *why) {
    printf("error %s: %s\n", what, why);
    fflush(stdout);
    exit(1);
}

static void flushRequests(void) {
    for (size_t at = 0; at < load.waiting;) {
        ssize_t count = send(load.fd, load.outbox + at, load.waiting - at, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) at += (size_t) count;
        else if (count < 0 && errno == EAGAIN) poll(&(struct pollfd) { .fd = load.fd, .events = POLLOUT }, 1, 1000);
        else fail("sending requests", strerror(errno));
    }
    load.waiting = 0;
}

static void addStanza(const char *text, size_t length) {
    if (load.waiting + length > sizeof load.outbox) flushRequests();
    memcpy(load.outbox + load.waiting, text, length);
    load.waiting += length;
}

static void ask(uint64_t due) {
    char stanza[STANZA];
    uint64_t number = load.asked++;
    if (load.due[number % SLOTS]) fail("too many under way", "the component does not keep up");
    load.due[number % SLOTS] = due;
    int length = snprintf(stanza, sizeof stanza, "<iq type='get' id='q%llu' from='user%u@%s/load' to='%s'>%s</iq>",
        (unsigned long long) number, (unsigned) (number % USERS), load.domain, load.component, load.plan.payload);
    addStanza(stanza, (size_t) length);
}

// A ping that Thingle sends to itself through the server (XEP-0199): what would come back to it is the answer.
static void answerPing(const char *stanza) {
    char answer[512], id[128];
    const char *found = strstr(stanza, " id='");
    if (!found || sscanf(found + 5, "%127[^']", id) != 1) return;
    int length = snprintf(answer, sizeof answer, "<iq type='result' id='%s' from='%s' to='%s'/>", id, load.component,
        load.component);
    addStanza(answer, (size_t) length);
}

static void onStanza(const char *stanza, size_t length, uint64_t now) {
    char wanted[256];
    const char *id = strstr(stanza, " id='q");
    if (strstr(stanza, " type='get'")) { answerPing(stanza); return; }
    uint64_t number = id ? strtoull(id + 6, NULL, 10) : 0;
    snprintf(wanted, sizeof wanted, " to='user%u@%s/load'", (unsigned) (number % USERS), load.domain);
    if (!id || !load.due[number % SLOTS] || !strstr(stanza, " type='result'") || !strstr(stanza, wanted)
            || !strstr(stanza, load.plan.namespace) || !strstr(stanza, " password='")) fail("a wrong answer", stanza);
    uint64_t taken = now > load.due[number % SLOTS] ? now - load.due[number % SLOTS] : 0;
    if (load.answered == MOST_ANSWERS) fail("run", "too many answers; run for a shorter time");
    load.times[load.answered++] = taken > UINT32_MAX ? UINT32_MAX : (uint32_t) taken;
    load.due[number % SLOTS] = 0;
    load.bytes += length;
}

// Takes every whole stanza of what has arrived; false if nothing has.
static int receive(void) {
    ssize_t count = recv(load.fd, load.inbox + load.filled, sizeof load.inbox - 1 - load.filled, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return 0;
    if (count <= 0) fail("receiving", count ? strerror(errno) : "the component closed its stream");
    uint64_t now = nanos();
    load.filled += (size_t) count;
    load.inbox[load.filled] = 0;
    char *at = load.inbox, *tag, *end;
    while ((tag = strchr(at, '>'))) {
        end = tag[-1] == '/' ? tag + 1 : (end = strstr(tag, "</iq>")) ? end + 5 : NULL;
        if (!end) break;
        char next = *end;
        *end = 0;
        onStanza(at, (size_t) (end - at), now);
        *end = next;
        at = end;
    }
    load.filled -= (size_t) (at - load.inbox);
    memmove(load.inbox, at, load.filled);
    if (load.filled == sizeof load.inbox - 1) fail("receiving", "a stanza without end");
    return 1;
}

static void waitForAll(uint64_t since) {
    while (load.answered < load.asked) {
        if (receive()) flushRequests();
        if (nanos() - since > PATIENCE_SECONDS * 1000000000ull) fail("waiting for answers", "some requests have none");
    }
}

static int ascending(const void *one, const void *other) {
    uint32_t a = *(const uint32_t *) one, b = *(const uint32_t *) other;
    return (a > b) - (a < b);
}

static uint32_t quantile(double share) { return load.times[(uint64_t) ((double) (load.answered - 1) * share)]; }

static void run(void) {
    uint64_t start = nanos(), end = start + (uint64_t) (load.plan.seconds * 1e9), now;
    double interval = load.plan.rate > 0 ? 1e9 / load.plan.rate : 0;
    load.asked = load.answered = load.bytes = 0;
    while ((now = nanos()) < end) {
        if (interval > 0) {
            for (uint64_t due; (due = start + (uint64_t) ((double) load.asked * interval)) <= now && due < end;) ask(due);
        } else while (load.asked - load.answered < load.plan.window) ask(now);
        flushRequests();
        receive();
    }
    waitForAll(end);
    uint64_t taken = nanos() - start;
    if (!load.answered) fail("run", "too short for a single request");
    qsort(load.times, load.answered, sizeof *load.times, ascending);
    printf("ok %llu %llu %llu %u %u %u %u\n", (unsigned long long) load.answered, (unsigned long long) taken,
        (unsigned long long) load.bytes, quantile(0.5), quantile(0.99), quantile(0.999), quantile(1));
}

int main(int count, char **args) {
    if (count != 4) {
        fprintf(stderr, "signaling-load: see the head of signaling-load.c for its arguments\n");
        return 64;
    }
    load.fd = atoi(args[1]);
    load.component = args[2];
    load.domain = args[3];
    for (char line[2048]; fgets(line, sizeof line, stdin); fflush(stdout)) {
        struct plan *plan = &load.plan;
        if (sscanf(line, "run %63s %lf %lf %u %1023[^\n]", plan->namespace, &plan->rate, &plan->seconds, &plan->window,
                plan->payload) == 5 && (plan->rate > 0 || plan->window > 0) && plan->window <= SLOTS) run();
        else fail("command", line);
    }
    return 0;
}
