// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// The parts of the TURN yardstick: turn-relay.c reads and decides, turn-outbox.c sends.

#ifndef TURN_RELAY_H
#define TURN_RELAY_H

#include <netinet/in.h>
#include <stddef.h>

enum { MOST_QUEUED = 512 };

extern int segmenting;           // equal packets to one destination leave as one send (UDP_SEGMENT)

// Adds one packet to what goes to `to`; `header` (4 bytes) may be null. Everything must stay where it is until flush().
void enqueue(const struct sockaddr_in *to, void *header, void *bytes, size_t length);
int roomLeft(void);              // packets that may still be added
void flush(int fd);

#endif
