/* SPDX-License-Identifier: BSD-2-Clause */
/* The vCPUs and the guest that they make up. */
#pragma once

#include <libvmm/guest.h>
#include <libvmm/vmm.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vcpu_state {
    VCPU_OFF,     /* never started, or left by PSCI CPU_OFF */
    VCPU_ON,      /* runs, or has a fault that is being handled */
    VCPU_WAITING, /* in WFI: wakes with an interrupt, or at wake_at */
    VCPU_CLEANING /* runs the reset program, see reset.c */
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
    uint32_t starts;  /* a fault from before the latest start, or end, is no longer its own */
    uint32_t stops;   /* one from before the latest pause is, but is not answered any more */
    uint32_t waits;   /* WFIs executed */
    uint64_t wake_at; /* VCPU_WAITING: count of the virtual timer; TIMER_NEVER */
    struct exclusive exclusive;
    uint64_t again_pc; /* where it last executed again what it had (emulate.c) */
    uint8_t again;     /* and how often */
};

struct guest {
    struct vcpu vcpu[VMM_MAX_VCPUS];
    bool has_started;
    bool running; /* started, and not at its end */
    bool paused;
    size_t boot_vcpu;
    struct guest_boot boot;
    guest_image_fn_t place_images;
    void *images_data;
    guest_end_fn_t ended;
    void *end_data;
};

extern struct guest guest;

static inline bool vcpu_is_on(size_t vcpu_id)
{
    return guest.vcpu[vcpu_id].state != VCPU_OFF;
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

/* Ends its WFI. */
void vcpu_resume(size_t vcpu_id);
static inline void vcpu_wake(size_t vcpu_id)
{
    if (guest.vcpu[vcpu_id].state == VCPU_WAITING)
        vcpu_resume(vcpu_id);
}

/* vcpu.c */

/* Starts the vCPU in its reset state at pc, with x0. */
void vcpu_start(size_t vcpu_id, uint64_t pc, uint64_t x0);
/* Stops it for good. */
void vcpu_off(size_t vcpu_id);

/* wait.c */

/* The vCPU executed WFI (its pc is past it). True: it goes on at once. */
bool vcpu_wait(size_t vcpu_id);
/* One vCPU fewer can run: sees to it that another waits for the timers in its place. */
void vcpu_left(void);
/* Wakes the vCPUs whose timer is due. */
void vcpu_wake_due(void);

/* guest.c */

/* The guest's run has ended: every vCPU stops, and the VMM is told. */
void guest_ended(enum guest_end end);

/* reset.c */

/* Makes the CPU interfaces as new, then starts the boot vCPU from guest.boot. */
void guest_launch(void);
/* Puts back what the reset program displaced, if it is there. */
void guest_remove_reset_program(void);
/* The reset program of a vCPU is done. */
void guest_reset_done(size_t vcpu_id);
