/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CPUs that wait, switch off and come back, and their interrupts. Every line that it prints must be
 * the same on a bare machine and under a VMM; test/qemu/power.test.ts compares them. For a GICv2
 * with three CPUs.
 */
#include "cpus.h"
#include "exception.h"
#include "gic.h"
#include "psci.h"
#include "repro.h"

#define GICD_ISPENDR(n)   (GUEST_GICD_BASE + 0x200 + 4 * (n))
#define GICD_ITARGETSR(n) (GUEST_GICD_BASE + 0x800 + 4 * (n))
#define TIMER_BIT         (1u << GUEST_VTIMER_INTID)
#define TIMER_ENABLE      1u
#define TIMER_IMASK       2u
#define TIMER_ISTATUS     4u
#define POWER_STATE_BAD   (1u << 17)

enum {
    SPI_KEPT = 60,
    SPI_SHARED = 61,
    SPI_LATER = 62
};

static void timer_in(uint64_t ms)
{
    write_register(cntv_cval_el0, now() + milliseconds(ms));
    write_register(cntv_ctl_el0, TIMER_ENABLE);
    isb();
}

static void timer_off(void)
{
    write_register(cntv_ctl_el0, 0);
    isb();
}

static void aim(unsigned spi, unsigned cpus)
{
    uintptr_t word = GICD_ITARGETSR(spi / 4);
    unsigned shift = spi % 4 * 8;
    write32(word, (read32(word) & ~(0xffu << shift)) | cpus << shift);
}

static unsigned is_pending(unsigned intid)
{
    return read32(GICD_ISPENDR(intid / 32)) >> intid % 32 & 1;
}

static void pend(unsigned spi)
{
    write32(GICD_ISPENDR(spi / 32), 1u << spi % 32);
}

static void unpend(unsigned spi)
{
    write32(GICD_ICPENDR(spi / 32), 1u << spi % 32);
}

/* Even a masked interrupt wakes the CPU. */
static void wait_for_timer(uint64_t ms)
{
    interface_open();
    gic_enable(GUEST_VTIMER_INTID);
    timer_in(ms);
    while (!(read_register(cntv_ctl_el0) & TIMER_ISTATUS)) {
        __asm__ volatile("wfi" : : : "memory");
    }
    uint32_t acknowledged = gic_acknowledge();
    timer_off();
    gic_end(acknowledged);
}

static void wait_short(void)
{
    wait_for_timer(20);
}

static void wait_long(void)
{
    wait_for_timer(60);
}

/* CPU 0 computes meanwhile. */
static void scene_wfi(void)
{
    cpu_tell(1, wait_short);
    repro("WFI of one CPU ends with its timer:", cpu_is_done(1));
    cpu_tell(2, wait_long);
    cpu_tell(1, wait_short);
    repro("WFI of the first of two:", cpu_is_done(1));
    repro("WFI of the second:", cpu_is_done(2));
}

/* QEMU's GICv2 ignores GICD_ISPENDR for PPIs, so its effect is not tested here. */
static void scene_level(void)
{
    write32(GICD_ICENABLER(0), TIMER_BIT);
    timer_in(0);
    while (!(read_register(cntv_ctl_el0) & TIMER_ISTATUS)) {
    }
    repro("timer due, disabled in the distributor: pending", is_pending(GUEST_VTIMER_INTID));
    timer_off();
    repro("timer off: pending", is_pending(GUEST_VTIMER_INTID));
    gic_enable(GUEST_VTIMER_INTID);
    repro("enabled then: takes", gic_acknowledge() & GIC_INTID);
    timer_in(0);
    repro("timer due, enabled: takes", take_one());
    write_register(cntv_ctl_el0, TIMER_ENABLE | TIMER_IMASK);
    isb();
    while (is_pending(GUEST_VTIMER_INTID)) {
        gic_end(gic_acknowledge()); /* from the time before it was masked */
    }
    repro("timer masked: takes", gic_acknowledge() & GIC_INTID);
    timer_off();
    write32(GICD_ICENABLER(0), TIMER_BIT);
}

static uint32_t taken;

static void take(void)
{
    interface_open();
    taken = take_one();
}

static void tell_taken(const char *what, unsigned cpu)
{
    taken = 0;
    cpu_tell(cpu, take);
    cpu_is_done(cpu);
    repro(what, taken);
}

static void pend_and_leave(void)
{
    pend(SPI_KEPT);
    cpu_tell(1, cpu_leave);
    cpu_wait_off(1);
    repro("CPU 1 left: its SPI pends", is_pending(SPI_KEPT));
}

/*
 * CPU 1 closes its interface, and switches off. QEMU's GICv2 does not move pending interrupts to a
 * new target: they are made pending again.
 */
static void scene_leave(void)
{
    aim(SPI_KEPT, 1u << 1);
    gic_enable(SPI_KEPT);
    pend_and_leave();
    cpu_start(1);
    tell_taken("CPU 1 is on again, and takes", 1);
    cpu_tell(1, interface_close);
    cpu_is_done(1);
    pend_and_leave();
    unpend(SPI_KEPT);
    aim(SPI_KEPT, 1u << 0);
    pend(SPI_KEPT);
    repro("raised again for CPU 0, which takes", take_one());
}

/* CPU 1 is off. QEMU's GICv2 keeps an interrupt pending for one target after the other has taken
 * it. */
static void scene_shared(void)
{
    aim(SPI_SHARED, 1u << 1 | 1u << 2);
    gic_enable(SPI_SHARED);
    pend(SPI_SHARED);
    tell_taken("SPI for CPU 1, which is off, and CPU 2, which takes", 2);
    unpend(SPI_SHARED);
    aim(SPI_LATER, 1u << 1);
    gic_enable(SPI_LATER);
    pend(SPI_LATER);
    repro("SPI for CPU 1 alone: pends", is_pending(SPI_LATER));
    cpu_start(1);
    tell_taken("CPU 1 is on, and takes", 1);
}

static uint64_t cntkctl, cntv_ctl;
static unsigned timer_pends;

/* The CPU switches off with its timer's interrupt pending. */
static void leave_with_timer(void)
{
    interface_close();
    gic_enable(GUEST_VTIMER_INTID);
    timer_in(0);
    write_register(cntkctl_el1, 3);
    while (!is_pending(GUEST_VTIMER_INTID)) {
    }
    cpu_leave();
}

static void look(void)
{
    cntkctl = read_register(cntkctl_el1);
    cntv_ctl = read_register(cntv_ctl_el0) & TIMER_ENABLE;
    timer_pends = is_pending(GUEST_VTIMER_INTID);
}

static void scene_again(void)
{
    cpu_tell(1, leave_with_timer);
    cpu_wait_off(1);
    cpu_start(1);
    cpu_tell(1, look);
    repro("CPU 1 is on again:", cpu_is_done(1));
    repro("CNTKCTL_EL1", cntkctl);
    repro("CNTV_CTL_EL0.ENABLE", cntv_ctl);
    repro("the timer's interrupt pends", timer_pends);
    cpu_tell(1, wait_short);
    repro("WFI ends with its timer:", cpu_is_done(1));
}

static void scene_suspend(void)
{
    repro("PSCI_FEATURES of CPU_SUSPEND", smc(PSCI_FEATURES, PSCI_CPU_SUSPEND, 0, 0));
    repro("CPU_SUSPEND with a reserved bit", smc(PSCI_CPU_SUSPEND, POWER_STATE_BAD, 0, 0));
    interface_open();
    gic_enable(GUEST_VTIMER_INTID);
    timer_in(10);
    uint64_t result = 0;
    while (!(read_register(cntv_ctl_el0) & TIMER_ISTATUS)) {
        result |= smc(PSCI_CPU_SUSPEND, 0, 0, 0);
    }
    repro("CPU_SUSPEND", result);
    repro("takes", take_one());
    timer_off();
}

int main(void)
{
    repro_begin();
    gic_reset();
    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        cpu_start(cpu);
    }
    scene_wfi();
    scene_level();
    cpu_tell(1, interface_close);
    repro("CPU 1 has closed its interface:", cpu_is_done(1));
    scene_leave();
    scene_shared();
    scene_again();
    scene_suspend();
    repro_end();
    return 0;
}

/* An unexpected exception ends the run; the missing lines show that. */
void handle_exception(struct frame *frame, enum exception_kind kind)
{
    repro("unexpected exception of kind", kind);
    repro("ESR", read_register(esr_el1));
    repro("ELR", frame->elr);
    repro_end();
    psci_system_off();
}

void handle_irq(void) {}
