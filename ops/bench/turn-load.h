// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// The load of the TURN bench: one thread, one epoll, a connected UDP socket for each client and a few sockets that all
// peers share. turn-load.c reads commands, turn-setup.c makes and ends allocations, turn-traffic.c sends packets through
// them, turn-arrivals.c checks what comes out, turn-stun.c writes and reads messages. The load of brokered calls
// (call-load.c, call-ice.c) sends and checks with the same code: each call has a socket of its own at both ends.

#ifndef TURN_LOAD_H
#define TURN_LOAD_H

#include "turn-stun.h"

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum { MAX_CLIENTS = 6000, PEERS = 4, MAX_PAYLOAD = 1400, LONGEST_NONCE = 160 };
enum { UP = 1, DOWN = 2, BOTH = 3 };

// One client and its allocation; or a call, with the caller's socket and that of who is called. `sequence` and `expected` have one counter for each direction: up, down.
struct client {
    int fd, called, waiting;
    unsigned channel;
    struct sockaddr_in relayed;
    unsigned char transaction[TRANSACTION], nonce[LONGEST_NONCE];
    size_t nonceLength;
    unsigned tries;
    uint64_t askedNanos;
    uint32_t sequence[2], expected[2];
};

struct peer { int fd; struct sockaddr_in address; };

// What each packet carries in its first bytes; the rest is a pattern.
struct stamp { uint32_t run, client, sequence, check; uint64_t nanos; };

// One run of traffic. `burst`: packets that the kernel cuts from one send (UDP_SEGMENT), 0 for separate packets.
// `window`: with rate 0, how many packets may be under way.
struct plan { unsigned bytes, direction, burst, window; double rate, seconds, tickNanos; };

struct totals { uint64_t sent, received, corrupt, reordered, unsendable; };

struct load {
    int epoll, receiveBatches;                    // receiveBatches: the sockets take what the kernel has coalesced (UDP_GRO)
    unsigned header;                              // what goes before the payload upwards: CHANNEL_HEADER, or 0 in a call
    void (*onStun)(uint64_t tag, const unsigned char *bytes, size_t length);     // calls: what is none of the packets
    void (*onTime)(uint64_t now);                                                // calls: in each turn of a run
    struct sockaddr_in server;
    const char *username;
    unsigned char key[16], realm[128];
    size_t realmLength;
    unsigned clientCount;
    uint32_t run;
    struct client clients[MAX_CLIENTS];
    struct peer peers[PEERS];
    struct plan plan;
    struct totals totals;
};

extern struct load load;

uint64_t nanos(void);
void fail(const char *what);                      // prints `error WHAT: errno` as the answer and ends
int openSocket(const struct sockaddr_in *remote, uint64_t tag);
int isPeer(uint64_t tag);                         // epoll tags: clients by index, then the peers or who is called
int socketOf(uint64_t tag);

void openClients(unsigned wanted);
void ask(unsigned type, unsigned wanted, unsigned window);   // one request of each client, so many at the same time

int runs(const char *line);                       // does what a command line asks for, if that is a run of traffic
extern const unsigned char pattern[MAX_PAYLOAD];
uint32_t checkOf(const struct stamp *stamp, int direction);

void forgetTimes(void);
unsigned receiveAll(void);                        // takes what has arrived; returns how many packets
double microsOf(double share);                    // quantile of the times on the way

#endif
