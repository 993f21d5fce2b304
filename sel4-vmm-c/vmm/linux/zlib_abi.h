/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of zlib's binary interface that unpack.c uses, with 64-bit pointers. It has not changed
 * since zlib 1.0. inflateInit2_ checks the major version and the size of the stream.
 */
#pragma once

#define ZLIB_ABI_VERSION "1"

enum {
    ZLIB_OK = 0,
    ZLIB_STREAM_END = 1,
    ZLIB_DATA_ERROR = -3,

    ZLIB_FINISH = 4 /* flush: all of the input is available, and space for all of the output */
};

struct zlib_stream {
    const void *next_in;
    unsigned avail_in;
    unsigned long total_in;
    void *next_out;
    unsigned avail_out;
    unsigned long total_out;
    const char *msg; /* description of the error, or NULL */
    void *state;
    void *(*allocate)(void *opaque, unsigned items, unsigned size); /* NULL: zcalloc */
    void (*release)(void *opaque, void *address);                   /* NULL: zcfree */
    void *opaque;
    int data_type;
    unsigned long check;
    unsigned long reserved;
};

int inflateInit2_(struct zlib_stream *stream, int window_bits, const char *version, int size);
int inflate(struct zlib_stream *stream, int flush);

/* zlib calls these. */
void *zcalloc(void *opaque, unsigned items, unsigned size);
void zcfree(void *opaque, void *address);
void __stack_chk_fail(void);
