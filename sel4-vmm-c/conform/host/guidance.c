/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records the library's coverage in a file that the harness reads and clears
 * (harness/conform/guidance.ts): a byte for each edge, which is 1 once the edge was taken, and the
 * constants of comparisons. Only for the flavour `guided`.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST_EDGES     0x4000u
#define MOST_CONSTANTS 0x400u

struct guidance {
    uint64_t edges; /* number of edges */
    uint64_t constants[MOST_CONSTANTS];
    uint8_t taken[MOST_EDGES];
};

static struct guidance unwatched;
static struct guidance *guidance = &unwatched;

/* Without a file nothing is recorded. */
static void open_file(void)
{
    const char *path = getenv("VMM_GUIDANCE");
    int file = path == NULL ? -1 : open(path, O_RDWR);
    void *mapped;

    if (file < 0 || ftruncate(file, sizeof(unwatched)) != 0)
        return;
    mapped = mmap(NULL, sizeof(unwatched), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (mapped != MAP_FAILED)
        guidance = mapped;
}

void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop);
void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop)
{
    static uint32_t edges;

    if (start == stop || *start != 0)
        return;
    if (edges == 0)
        open_file();
    for (uint32_t *guard = start; guard < stop; guard++)
        *guard = ++edges;
    guidance->edges = edges;
}

void __sanitizer_cov_trace_pc_guard(const uint32_t *guard);
void __sanitizer_cov_trace_pc_guard(const uint32_t *guard)
{
    guidance->taken[*guard % MOST_EDGES] = 1;
}

/* The table has no gaps. Zero is not recorded, because it is always tried. */
static void add_constant(uint64_t value)
{
    for (unsigned i = 0; i < MOST_CONSTANTS && value != 0; i++) {
        uint64_t *place = &guidance->constants[i];

        if (*place == value)
            return;
        if (*place == 0) {
            *place = value;
            return;
        }
    }
}

#define CONSTANT(bytes, type)                                               \
    void __sanitizer_cov_trace_const_cmp##bytes(type constant, type value); \
    void __sanitizer_cov_trace_const_cmp##bytes(type constant, type value)  \
    {                                                                       \
        (void)value;                                                        \
        add_constant(constant);                                             \
    }                                                                       \
    void __sanitizer_cov_trace_cmp##bytes(type left, type right);           \
    void __sanitizer_cov_trace_cmp##bytes(type left, type right)            \
    {                                                                       \
        (void)left;                                                         \
        (void)right;                                                        \
    }

CONSTANT(1, uint8_t)
CONSTANT(2, uint16_t)
CONSTANT(4, uint32_t)
CONSTANT(8, uint64_t)

/* cases[0] is the number of cases, cases[1] the width of a value in bits. */
void __sanitizer_cov_trace_switch(uint64_t value, const uint64_t *cases);
void __sanitizer_cov_trace_switch(uint64_t value, const uint64_t *cases)
{
    (void)value;
    for (uint64_t i = 0; i < cases[0]; i++)
        add_constant(cases[2 + i]);
}
