/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The target's end of the link. harness/conform/link/frame.ts describes the format. Requests are
 * executed in order, each once. The last LINK_WINDOW answers are kept, so that a lost one can be
 * sent again.
 */
#pragma once

#include <conform_protocol.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef LINK_WINDOW
#define LINK_WINDOW 4
#endif
#ifndef LINK_MAX_REQUEST
#define LINK_MAX_REQUEST 2048 /* bytes of payload */
#endif
#ifndef LINK_MAX_ANSWER
#define LINK_MAX_ANSWER 4096 /* bytes of payload */
#endif

/* Takes a byte from the line. Executes and answers a request when it is complete. */
void link_receive(uint8_t byte);

/* Sends the greeting of a target that has just started. */
void link_announce(void);

/* Provided by the user of the link: writes bytes to the line. */
void link_write(const uint8_t *bytes, size_t size);

/*
 * Provided by the user of the link: executes a request of kind FRAME_KIND_OPEN, _STEPS or _RESUME.
 *
 * @param answer  buffer of LINK_MAX_ANSWER bytes
 * @return size of the answer in bytes
 */
size_t link_request(uint8_t kind, const uint8_t *payload, size_t size, uint8_t *answer);
