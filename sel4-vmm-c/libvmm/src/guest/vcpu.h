/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vCPUs and the guest that they make up.
 *
 * fault/, gic/ and guest/ call each other in a circle, because a vCPU is where all three meet: a
 * fault changes interrupts and starts and stops vCPUs; an interrupt wakes a vCPU; a vCPU that waits
 * or wakes looks for interrupts and replies to its fault. gic/ knows nothing of fault/.
 */
#pragma once

#include <libvmm/guest.h>
#include <libvmm/vmm.h>
#include <microkit.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vcpu_state {
    VCPU_OFF,     /* never started, or left by PSCI CPU_OFF */
    VCPU_ON,      /* runs, or has a fault that is being handled */
    VCPU_WAITING, /* in WFI, suspended: wakes with an interrupt, or at wake_at (wait.c) */
    VCPU_POLLING, /* in WFI, and executes it again and again: likewise */
    VCPU_CLEANING /* runs the reset program (reset.c) */
};

/* What an emulated load-exclusive has marked for the store-exclusive that belongs to it. */
struct exclusive {
    bool armed;
    uint8_t size; /* bytes */
    uint64_t address;
};

struct vcpu {
    enum vcpu_state state;
    bool is_used; /* its CPU interface may hold something: it has run, or was given an interrupt */
    uint32_t starts;  /* a fault from before the latest start, or end, is not its own */
    uint32_t changes; /* starts, ends and pauses: a fault from before the latest is not answered */
    uint64_t wake_at; /* in WFI: count at which its virtual timer fires, or TIMER_NEVER */
    seL4_Word wait_context[4]; /* in WFI: pc, sp and pstate there */
    struct exclusive exclusive;
    uint64_t again_pc; /* where it last executed again what it had (emulate.c) */
    uint8_t again;     /* and how often */
};

struct guest {
    struct vcpu vcpu[VMM_MAX_VCPUS];
    bool has_started;
    bool running; /* started, and not at its end */
    bool paused;
    bool cleaning;     /* the reset program lies in RAM: only the vCPU that runs it may run */
    bool leaving;      /* that vCPU left with CPU_OFF, and the others wait for it */
    bool refilling;    /* it starts over, and its RAM is yet to be cleared or its images placed */
    size_t clear_size; /* bytes of RAM that are cleared for it */
    size_t to_clear;   /* of them, from the start of RAM on, those that are left */
    size_t boot_vcpu;
    struct guest_boot boot;
    guest_image_fn_t place_images;
    void *images_data;
    guest_end_fn_t ended;
    void *end_data;
};

extern struct guest guest;

/* To the guest; the reset program is none of its own. */
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

/* May the kernel let it run? */
static inline bool vcpu_may_run(size_t vcpu_id)
{
    enum vcpu_state state = guest.vcpu[vcpu_id].state;
    if (guest.paused || guest.cleaning)
        return !guest.paused && state == VCPU_CLEANING;
    return state == VCPU_ON || state == VCPU_POLLING;
}

/* Affinity of a vCPU, levels 3 to 0 a byte each: level 0 is its id. */
static inline uint64_t vcpu_affinity(size_t vcpu_id)
{
    return vcpu_id;
}

/* MPIDR_EL1 of a vCPU; affinity level 3, which lies elsewhere there, is 0. */
static inline uint64_t vcpu_mpidr(size_t vcpu_id)
{
    return UINT64_C(0x80000000) | vcpu_affinity(vcpu_id);
}

/* vcpu.c */

/* Starts the vCPU in its reset state at pc, with x0; it is ON or CLEANING. */
void vcpu_start(size_t vcpu_id, uint64_t pc, uint64_t x0, enum vcpu_state state);
/* Stops it for good. */
void vcpu_off(size_t vcpu_id);
/* Lets those run that may. */
void vcpu_resume_all(void);

/* wait.c */

/* The vCPU executed WFI, or what is like it; word: its pc, sp and pstate. True: answer the fault.
 */
bool vcpu_wait(size_t vcpu_id, const seL4_Word word[4]);
/* A vCPU that polls is back at its WFI. True: answer the fault. */
bool vcpu_poll(size_t vcpu_id);
/* Ends a WFI: the vCPU goes on behind it, at once or with the answer to its fault. */
void vcpu_end_wait(size_t vcpu_id, bool resume);
static inline void vcpu_wake(size_t vcpu_id)
{
    if (vcpu_in_wfi(vcpu_id))
        vcpu_end_wait(vcpu_id, true);
}
/*
 * Wakes the vCPUs whose timer is due, and sees to it that somebody looks at the others' timers.
 * exiting: the vCPU whose fault is being handled; VMM_MAX_VCPUS: none.
 */
void vcpu_look_at_timers(size_t exiting);

/* guest.c */

/* The guest's run has ended: every vCPU stops, and the VMM is told. */
void guest_ended(enum guest_end end);

/* restart.c */

/* Clears a piece of the RAM of a guest that starts over. False: there was nothing left. */
bool guest_clear_piece(void);
/* Its RAM is cleared, or nobody can clear it in pieces: it gets its images, and starts. */
void guest_refill(void);
/* Everything stops. */
void guest_halt(void);

/* reset.c */

/* Bytes at the start of RAM that hold the reset program now. */
size_t guest_program_size(void);

/* Makes the CPU interfaces as new, then starts the boot vCPU from guest.boot. */
void guest_launch(void);
/* PSCI CPU_OFF. */
void guest_cpu_off(size_t vcpu_id);
/* Puts back what the reset program displaced, if it is there. */
void guest_remove_reset_program(void);
/* The reset program of a vCPU is done. True: it executes its end again, as there is more to do. */
bool guest_reset_done(size_t vcpu_id);
/* Has it come to what is pending? What it ended before was active. */
bool guest_reset_takes(size_t vcpu_id);
