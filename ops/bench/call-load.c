// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// Command loop: one command a line on standard input, one line `ok ...` or `error ...` on standard output. Between two
// commands the parties go on to answer checks and to ask for consent.
//
//   call-load
//
//   open N             makes sockets for calls until there are N   -> ok CALLER-PORT CALLED-PORT ... (of the new ones)
//   reach CALL SIDE PORT FRAGMENT PASSWORD    where the relay is for the caller (0) or who is called (1)   -> ok
//   await N SECONDS    until so many calls are connected, at most so long   -> ok CONNECTED
//   idle SECONDS       sends nothing but what ICE asks for              -> ok
//   close              forgets all                                      -> ok
//   run ...            as turn-load's; up is from the caller

#define _GNU_SOURCE
#include "call-load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { PATIENCE_MILLIS = 10, FIRST_RUN = 0x80 };        // the first byte of a packet of RTP (RFC 7983 section 7)

static unsigned portOf(int fd) {
    struct sockaddr_in here;
    socklen_t size = sizeof here;
    if (getsockname(fd, (struct sockaddr *) &here, &size)) fail("getsockname");
    return ntohs(here.sin_port);
}

static void openCalls(unsigned wanted) {
    if (wanted > MAX_CALLS) { errno = E2BIG; fail("open"); }
    printf("ok");
    for (; load.clientCount < wanted; load.clientCount++) {
        unsigned call = load.clientCount;
        load.clients[call] = (struct client) { .fd = openSocket(NULL, call), .called = openSocket(NULL, MAX_CLIENTS + call) };
        printf(" %u %u", portOf(load.clients[call].fd), portOf(load.clients[call].called));
    }
    printf("\n");
}

static void closeCalls(void) {
    for (unsigned i = 0; i < load.clientCount; i++) {
        close(load.clients[i].fd);
        close(load.clients[i].called);
    }
    load.clientCount = 0;
    forgetCalls();
    printf("ok\n");
}

static void serve(int millis) {
    struct pollfd waits[] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = load.epoll, .events = POLLIN } };
    poll(waits, 2, millis);
    receiveAll();
    onTime(nanos());
}

static void serveFor(double seconds, unsigned until) {
    for (uint64_t end = nanos() + (uint64_t) (seconds * 1e9); nanos() < end && connectedCalls() < until;) {
        struct pollfd wait = { .fd = load.epoll, .events = POLLIN };
        poll(&wait, 1, PATIENCE_MILLIS);
        receiveAll();
        onTime(nanos());
    }
}

// The next line of standard input; 0 at its end.
static int nextLine(char *line, size_t size) {
    static char pending[4096];
    static size_t length;
    for (char *end;;) {
        if ((end = memchr(pending, '\n', length))) {
            size_t taken = (size_t) (end - pending) + 1, kept = taken < size ? taken : size;
            memcpy(line, pending, kept);
            line[kept - 1] = 0;
            memmove(pending, pending + taken, length -= taken);
            return 1;
        }
        ssize_t count = read(STDIN_FILENO, pending + length, sizeof pending - length);
        if (count > 0) length += (size_t) count;
        else if (count < 0 && errno == EAGAIN) serve(PATIENCE_MILLIS);
        else return 0;
    }
}

static void obey(const char *line) {
    unsigned number, port;
    double seconds;
    int side;
    char fragment[64], password[64];
    if (sscanf(line, "open %u", &number) == 1) openCalls(number);
    else if (sscanf(line, "reach %u %d %u %63s %63s", &number, &side, &port, fragment, password) == 5
             && number < load.clientCount && (side == CALLER || side == CALLED)) {
        reach(number, side, port, fragment, password);
        printf("ok\n");
    } else if (sscanf(line, "await %u %lf", &number, &seconds) == 2) {
        serveFor(seconds, number);
        printf("ok %u\n", connectedCalls());
    } else if (sscanf(line, "idle %lf", &seconds) == 1) {
        serveFor(seconds, MAX_CALLS + 1);
        printf("ok\n");
    } else if (!strcmp(line, "close")) closeCalls();
    else if (!runs(line)) { errno = EINVAL; fail(line); }
}

int main(void) {
    char line[256];
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    load.run = FIRST_RUN;
    load.onStun = onStun;
    load.onTime = onTime;
    for (; nextLine(line, sizeof line); fflush(stdout)) obey(line);
    return 0;
}
