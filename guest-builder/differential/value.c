/* SPDX-License-Identifier: BSD-2-Clause */
#include "value.h"
#include "layout.h"
#include "machine.h"
#include "tables.h"
#include <differential_protocol.h>

uint64_t read_value(struct reader *program, unsigned number)
{
    static const uint8_t bytes[] = VALUE_BYTES;
    uint8_t code = read_u8(program);
    uint64_t value = code < sizeof(bytes) ? read_bytes(program, bytes[code]) : 0;

    switch (code) {
    case VALUE_WINDOW: return (uint64_t)((int64_t)(value << 40) >> 40);
    case VALUE_GICD: return HIGH_HALF + machine.gicd.base + value;
    case VALUE_GICC:
    case VALUE_GICR: return HIGH_HALF + machine.gicc.base + value;
    case VALUE_ARENA: return physical(arena) + value;
    case VALUE_CODE: return CODE_ADDRESS + value;
    case VALUE_HERE: return CODE_ADDRESS + number * CODE_STRIDE + value;
    case VALUE_TABLES: return physical(program_tables) + value;
    case VALUE_AFFINITY: return machine.affinity[value % MAX_CPUS];
    case VALUE_TARGET: return target_address((unsigned)value);
    default: return value;
    }
}
