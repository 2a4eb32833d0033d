// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
//
// The load of brokered calls: sockets and traffic are turn-load.h's, call-ice.c does ICE for both parties of each call.

#ifndef CALL_LOAD_H
#define CALL_LOAD_H

#include "turn-load.h"

enum { MAX_CALLS = 2000, CALLER = 0, CALLED = 1 };

// The same for all parties; the bench says so in its Jingle.
extern const char *const ourFragment, *const ourPassword;

// Where the relay is for this party, and what it calls itself; its checks begin.
void reach(unsigned call, int side, unsigned port, const char *fragment, const char *password);
unsigned connectedCalls(void);                    // both parties have checked, and have been checked
void forgetCalls(void);

void onStun(uint64_t tag, const unsigned char *bytes, size_t length);
void onTime(uint64_t now);                        // sends the checks that are due

#endif
