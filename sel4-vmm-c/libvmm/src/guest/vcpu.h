/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vCPUs and the guest.
 *
 * fault/, gic/ and guest/ depend on each other, because all three act on vCPUs: a fault changes
 * interrupts and starts and stops vCPUs; an interrupt wakes a vCPU; a vCPU that waits or wakes
 * looks for interrupts and replies to its fault. gic/ does not use fault/.
 */
#pragma once

#include <libvmm/guest.h>
#include <libvmm/vmm.h>
#include <microkit.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vcpu_state {
    VCPU_OFF,     /* never started, or turned off by PSCI CPU_OFF */
    VCPU_ON,      /* runs, or has a fault that is being handled */
    VCPU_WAITING, /* suspended in WFI: an interrupt wakes it, or wake_at (wait.c) */
    VCPU_POLLING, /* in WFI, executes it repeatedly; wakes likewise */
    VCPU_CLEANING /* runs the reset program (reset.c) */
};

/* The mark of an emulated load-exclusive, for the matching store-exclusive. */
struct exclusive {
    bool armed;
    uint8_t size; /* bytes */
    uint64_t address;
};

/* Aligned to a power of two, so that indexing costs one shift. Each exit does it several times. */
struct vcpu {
    _Alignas(128) enum vcpu_state state;
    bool is_used;     /* it has run: its CPU interface has state */
    uint32_t starts;  /* starts and ends: a fault from before the last one is stale */
    uint32_t changes; /* starts, ends and pauses: a fault from before the last one gets no reply */
    uint64_t wake_at; /* in WFI: count at which its virtual timer fires, or TIMER_NEVER */
    seL4_Word wait_context[4]; /* in WFI: pc, sp and pstate there */
    struct exclusive exclusive;
    uint64_t again_pc; /* where it last had to execute again (emulate.c) */
    uint8_t again;     /* and how often */
};

struct guest {
    struct vcpu vcpu[VMM_MAX_VCPUS];
    bool has_started;
    bool running; /* started and not ended */
    bool paused;
    bool cleaning;     /* the reset program is in RAM: only the vCPU that executes it may run */
    bool leaving;      /* that vCPU has called CPU_OFF, and the others wait for it */
    bool refilling;    /* it restarts: RAM must be cleared and the images copied */
    size_t clear_size; /* bytes of RAM to clear */
    size_t to_clear;   /* bytes still to clear, from the start of RAM */
    size_t boot_vcpu;
    struct guest_boot boot;
    guest_image_fn_t place_images;
    void *images_data;
    guest_end_fn_t ended;
    void *end_data;
};

extern struct guest guest;

/* Whether the vCPU is on as the guest sees it. The reset program is not part of the guest. */
static inline bool vcpu_is_on(size_t vcpu_id)
{
    enum vcpu_state state = guest.vcpu[vcpu_id].state;
    return state != VCPU_OFF && state != VCPU_CLEANING;
}

static inline bool vcpu_in_wfi(size_t vcpu_id)
{
    enum vcpu_state state = guest.vcpu[vcpu_id].state;
    return state == VCPU_WAITING || state == VCPU_POLLING;
}

/* Whether the vCPU may run. */
static inline bool vcpu_may_run(size_t vcpu_id)
{
    enum vcpu_state state = guest.vcpu[vcpu_id].state;
    if (guest.paused || guest.cleaning)
        return !guest.paused && state == VCPU_CLEANING;
    return state == VCPU_ON || state == VCPU_POLLING;
}

/* Affinity of a vCPU, one byte for each of levels 3 to 0. Level 0 is its id. */
static inline uint64_t vcpu_affinity(size_t vcpu_id)
{
    return vcpu_id;
}

/* MPIDR_EL1 of a vCPU. Affinity level 3, which has another position there, is 0. */
static inline uint64_t vcpu_mpidr(size_t vcpu_id)
{
    return UINT64_C(0x80000000) | vcpu_affinity(vcpu_id);
}

/* vcpu.c */

/* Starts the vCPU in its reset state at pc, with x0. state: ON or CLEANING. */
void vcpu_start(size_t vcpu_id, uint64_t pc, uint64_t x0, enum vcpu_state state);
/* Turns the vCPU off. */
void vcpu_off(size_t vcpu_id);
/*
 * To be called before EL1 registers of a vCPU are used, other than SCTLR, CPACR and the timer's.
 * Says once if they are not accessible: readVCPUReg() and writeVCPUReg() of seL4 16 consider only
 * the core of the caller. What is read is stale, and what is written is lost.
 */
void vcpu_need_registers(size_t vcpu_id);
/* Resumes all vCPUs that may run. */
void vcpu_resume_all(void);

/* wait.c */

/* The vCPU has executed WFI or CPU_SUSPEND. word: its pc, sp and pstate. True: reply. */
bool vcpu_wait(size_t vcpu_id, const seL4_Word word[4]);
/* A polling vCPU has executed its WFI again. True: reply. */
bool vcpu_poll(size_t vcpu_id);
/* Ends a WFI: the vCPU continues after it, at once or with the reply to its fault. */
void vcpu_end_wait(size_t vcpu_id, bool resume);
static inline void vcpu_wake(size_t vcpu_id)
{
    if (vcpu_in_wfi(vcpu_id))
        vcpu_end_wait(vcpu_id, true);
}
/*
 * Wakes the vCPUs whose timer is due, and makes a vCPU poll if others wait for their timer.
 * exiting: the vCPU whose fault is being handled; VMM_MAX_VCPUS: none.
 */
void vcpu_look_at_timers(size_t exiting);

/* guest.c */

/* Ends the guest's run: stops every vCPU and notifies the VMM. */
void guest_ended(enum guest_end end);

/* restart.c */

/* Clears a piece of RAM for a restart. Returns false if nothing was left to clear. */
bool guest_clear_piece(void);
/* Clears the rest of RAM, copies the images and starts the guest. */
void guest_refill(void);
/* Stops every vCPU. */
void guest_halt(void);

/* reset.c */

/* Bytes at the start of RAM that the reset program occupies now. */
size_t guest_program_size(void);

/* Resets the CPU interfaces, then starts the boot vCPU from guest.boot. */
void guest_launch(void);
/* PSCI CPU_OFF. */
void guest_cpu_off(size_t vcpu_id);
/* Restores the memory that the reset program displaced, if it is in RAM. */
void guest_remove_reset_program(void);
/* The reset program of a vCPU is done. True: it executes its last instruction again, because RAM is
 * still being cleared. */
bool guest_reset_done(size_t vcpu_id);
/* Whether the reset program has reached the pending interrupts. Those ended before were active. */
bool guest_reset_takes(size_t vcpu_id);
