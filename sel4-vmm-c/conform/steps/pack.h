/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packs records for a slow line: an adaptive binary range coder over the bytes of records. Each
 * byte is predicted from the bytes at the same place in earlier records of its kind. Both ends keep
 * the same model from the first request of a session on, which works because every request is
 * executed once and in order. See harness/conform/link/pack.ts.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A session begins. */
void pack_reset(void);

/*
 * Unpacks the records of a request.
 *
 * @return size of the records in bytes; less than all of them when `room` is too small or a record
 * is unknown
 */
size_t unpack_steps(const uint8_t *packed, size_t size, uint8_t *plain, size_t room);

/*
 * Packs an answer: the number of steps in two bytes, then their records.
 *
 * @return size of the packed answer in bytes
 */
size_t pack_answer(const uint8_t *plain, size_t size, uint8_t *packed, size_t room);
