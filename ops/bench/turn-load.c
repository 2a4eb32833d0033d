// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// Command loop: one command a line on standard input, one line `ok ...` or `error ...` on standard output.
//
//   turn-load PORT USERNAME KEY [gro]     KEY: MD5 of username, realm and password, in hexadecimal
//
//   open N WINDOW      makes allocations until there are N    -> ok NANOS
//   bind WINDOW        binds a channel for each               -> ok NANOS
//   close WINDOW       deletes all                            -> ok NANOS
//   run BYTES DIRECTION RATE SECONDS BURST WINDOW TICK        sends through all of them
//       -> ok SENT RECEIVED CORRUPT REORDERED UNSENDABLE NANOS BUSY-NANOS P50 P99 P999 MAX (microseconds)
//      DIRECTION 1 up, 2 down, 3 both; RATE packets/s in all, 0: WINDOW under way; TICK microseconds between sends

#define _GNU_SOURCE
#include "turn-load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static void openPeers(void) {
    for (unsigned i = 0; i < PEERS; i++) {
        struct peer *peer = &load.peers[i];
        socklen_t size = sizeof peer->address;
        peer->fd = openSocket(NULL, MAX_CLIENTS + i);
        if (getsockname(peer->fd, (struct sockaddr *) &peer->address, &size)) fail("getsockname");
    }
}

static void timed(unsigned type, unsigned wanted, unsigned window) {
    uint64_t start = nanos();
    ask(type, wanted, window);
    printf("ok %llu\n", (unsigned long long) (nanos() - start));
}

static void closeAll(unsigned window) {
    timed(REFRESH, load.clientCount, window);
    for (unsigned i = 0; i < load.clientCount; i++) close(load.clients[i].fd);
    load.clientCount = 0;
}

static int readKey(const char *hex) {
    for (int i = 0; i < 16; i++) if (sscanf(hex + 2 * i, "%2hhx", &load.key[i]) != 1) return 0;
    return strlen(hex) == 32;
}

int main(int count, char **args) {
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    if (count < 4 || count > 5 || !readKey(args[3])) {
        fprintf(stderr, "turn-load: see the head of turn-load.c for its arguments\n");
        return 64;
    }
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    load.server = (struct sockaddr_in) { .sin_family = AF_INET, .sin_port = htons((unsigned short) atoi(args[1])),
                                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    load.username = args[2];
    load.header = CHANNEL_HEADER;
    load.receiveBatches = count == 5 && !strcmp(args[4], "gro");
    openPeers();
    for (char line[160]; fgets(line, sizeof line, stdin); fflush(stdout)) {
        unsigned number, window;
        if (sscanf(line, "open %u %u", &number, &window) == 2) {
            openClients(number);
            timed(ALLOCATE, number, window);
        } else if (sscanf(line, "bind %u", &window) == 1) timed(CHANNEL_BIND, load.clientCount, window);
        else if (sscanf(line, "close %u", &window) == 1) closeAll(window);
        else if (!runs(line)) { errno = EINVAL; fail(line); }
    }
    return 0;
}
