/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The target's end of the link, see harness/conform/link/frame.ts for the format. Requests are
 * answered in order and each once; the last LINK_WINDOW answers are kept, so that one that was lost
 * can be sent again.
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

/* Takes one byte that came over the line; does and answers a request that it completes. */
void link_receive(uint8_t byte);

/* Says that the target has just started. */
void link_announce(void);

/* Of whoever uses the link: puts bytes on the line. */
void link_write(const uint8_t *bytes, size_t size);

/*
 * Of whoever uses the link: does a request of kind FRAME_KIND_OPEN, _STEPS or _RESUME.
 *
 * @param answer  room for LINK_MAX_ANSWER bytes
 * @return bytes of the answer
 */
size_t link_request(uint8_t kind, const uint8_t *payload, size_t size, uint8_t *answer);
