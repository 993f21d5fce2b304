/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unpacks with zlib (Jean-loup Gailly and Mark Adler), as built by Debian: libz.a of zlib1g-dev.
 * inflate needs memcpy, which libvmm has, and the C library functions at the end of this file.
 */
#include "unpack.h"
#include "zlib_abi.h"
#include <stdint.h>

enum {
    ZLIB_GZIP_ONLY = 16 + 15 /* a gzip header and trailer, window of up to 32 KiB */
};

const char *unpack_gzip(void *to, size_t size, const void *packed, size_t packed_size)
{
    struct zlib_stream stream = {.next_in = packed, .next_out = to};
    if (size > UINT32_MAX || packed_size > UINT32_MAX)
        return "larger than 4 GiB";
    stream.avail_in = (unsigned)packed_size;
    stream.avail_out = (unsigned)size;
    if (inflateInit2_(&stream, ZLIB_GZIP_ONLY, ZLIB_ABI_VERSION, sizeof(stream)) != ZLIB_OK)
        return "this is not the zlib that the program was written for";
    int result = inflate(&stream, ZLIB_FINISH);
    if (result == ZLIB_DATA_ERROR)
        return stream.msg ? stream.msg : "not gzip";
    if (result != ZLIB_STREAM_END)
        return stream.avail_in == 0 ? "its end is missing" : "larger than it should be";
    if (stream.avail_out != 0)
        return "smaller than it should be";
    return stream.avail_in == 0 ? NULL : "something follows it";
}

/* zlib allocates only the state of inflate: output in one piece needs no window. */
static _Alignas(16) char state[8192];

void *zcalloc(void *opaque, unsigned items, unsigned size)
{
    (void)opaque;
    return (uint64_t)items * size <= sizeof(state) ? state : NULL;
}

void zcfree(void *opaque, void *address)
{
    (void)opaque, (void)address;
}

/* Debian compiles with -fstack-protector-strong. This runs before the guest, so a constant will do.
 */
uintptr_t __stack_chk_guard = 0x5ca1ab1e0ddba11f;

void __stack_chk_fail(void)
{
    __builtin_trap();
}
