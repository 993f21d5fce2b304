/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the observations of a request's steps as records in its answer. */
#pragma once

#include <conform_protocol.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    /* More than any step reports, in bytes. */
    REPORT_STEP_MAX = 1536
};

/* Begins the records of an answer. */
void report_begin(uint8_t *bytes, size_t size);
/* Bytes written so far. */
size_t report_size(void);
/* Whether another step's records fit. */
bool report_has_room(void);
/* Adds a record. Records of a step beyond REPORT_STEP_MAX are dropped. */
void report(const void *record, size_t size);
