/* SPDX-License-Identifier: BSD-2-Clause */
/* Unpacks a compressed guest kernel, for boards without space for an uncompressed one in the VMM.
 */
#pragma once

#include <stddef.h>

/**
 * Unpacks a gzip file (RFC 1952), with its checksum and its length checked.
 *
 * @param size  exact size of the unpacked data, at most 4 GiB - 1; packed_size has the same limit
 * @return NULL, or a description of the error; the contents of `to` are then undefined
 */
const char *unpack_gzip(void *to, size_t size, const void *packed, size_t packed_size);
