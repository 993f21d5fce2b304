/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest kernel that lies packed in the VMM, because the board has no room for it as it is. */
#pragma once

#include <stddef.h>

/**
 * Unpacks a gzip file (RFC 1952), with its checksum and its length checked.
 *
 * @param size  bytes that it must have when unpacked; at most 4 GiB - 1, as must be packed_size
 * @return NULL, or what is wrong with it; `to` is then worth nothing
 */
const char *unpack_gzip(void *to, size_t size, const void *packed, size_t packed_size);
