/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands of a guest with several vCPUs, for main.c:
 *
 *   guest VCPUS                a new GICv2, and a guest that is started on vCPU 0
 *   now COUNT                  of the virtual timers
 *   vtimer VCPU CTL CVAL       CNTV_CTL and CNTV_CVAL
 *   vtrap VCPU ESR             a trapped instruction
 *   smc VCPU X0 X1 X2 X3       PSCI and other calls; also prints x0
 *   vppi VCPU                  the virtual timer fires
 *   context VCPU PC SP PSTATE  where it is
 *   vreg VCPU REG              seL4_VCPUReg
 *   vset VCPU REG VALUE
 *   helpers ADDR FSR REG VALUE the helpers for handlers of a VMM: fault_emulate; the answer of
 *                              fault_advance, how far the pc moved, and x2
 *   name LABEL                 fault_to_string
 *   exit VCPU LABEL MR0 MR1 MR2 MR3  any exit; also prints sp, pstate, ESR and FAR if they have
 *                              changed, and what the hooks were told
 *   running                    the vCPUs that are resumed
 *   restart REFUSED            guest_restart with the reset program, and exits until it is over:
 *                              result; exits; the most KiB cleared before the first exit or
 *                              in one of them; whether images were copied to cleared RAM;
 *                              how it ended
 *
 * Exits print: resume or hold; how far the pc moved; the vCPUs that were resumed and suspended, in
 * order; and list register loads.
 */
#include "commands.h"
#include "fake.h"
#include "fault/fault.h"
#include "gic/gic.h"
#include "guest/vcpu.h"
#include <inttypes.h>
#include <libvmm/arch/aarch64/fault.h>
#include <libvmm/hooks.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <vmm_config.h>

void vcpus_all_on(void)
{
    for (size_t i = 0; i < VMM_MAX_VCPUS; i++)
        guest.vcpu[i].state = i < vmm_config.vcpus ? VCPU_ON : VCPU_OFF;
}

static void forget_moves(void)
{
    fake_moves[0] = 0;
    fake_loads[0] = 0;
}

void vcpus_guest(const uint64_t *n)
{
    vmm_reset();
    vmm_config.vcpus = n[0];
    vmm_config.gic_version = 2;
    vmm_config.gicd_page = 0;
    vmm_config.gicc_ipa = 0; /* without it the reset program cannot run */
    virq_controller_init(0);
    puts(guest_start(0, vmm_config.ram_ipa, 0, 0) ? "true" : "false");
    forget_moves();
}

void vcpus_now(const uint64_t *n)
{
    fake_count = n[0];
    puts("");
}

void vcpus_set_timer(const uint64_t *n)
{
    fake_vcpu_reg[n[0]][seL4_VCPUReg_CNTV_CTL] = n[1];
    fake_vcpu_reg[n[0]][seL4_VCPUReg_CNTV_CVAL] = n[2];
    puts("");
}

static void take_exit_with(size_t vcpu_id, size_t label, const uint64_t *mr)
{
    uint64_t pc = fake_contexts[vcpu_id].pc;
    fake_runs[vcpu_id] = false;
    for (int i = 0; i < 4; i++)
        seL4_SetMR(i, mr[i]);
    bool resume = fault_handle(vcpu_id, seL4_MessageInfo_new(label, 0, 0, 1));
    fake_ride();
    if (resume)
        fake_runs[vcpu_id] = true;
    printf("%s +%" PRIu64 "%s%s", resume ? "resume" : "hold",
           (uint64_t)fake_contexts[vcpu_id].pc - pc, fake_moves, fake_loads);
    forget_moves();
}

static void take_exit(size_t vcpu_id, size_t label, uint64_t mr0)
{
    take_exit_with(vcpu_id, label, (const uint64_t[4]){mr0});
}

void vcpus_context(const uint64_t *n)
{
    seL4_UserContext *context = &fake_contexts[n[0]];
    context->pc = n[1];
    context->sp = n[2];
    context->spsr = n[3];
    puts("");
}

static char hooked[256];

static void note_hook(const char *format, ...)
{
    size_t used = strlen(hooked);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(hooked + used, sizeof(hooked) - used, format, arguments);
    va_end(arguments);
}

static void hook_loaded(size_t vcpu_id, size_t index, uint32_t intid, uint8_t priority)
{
    note_hook(" loaded %zu:%zu=%u,%u", vcpu_id, index, intid, priority);
}

static void hook_ended(size_t vcpu_id, size_t index, uint32_t intid)
{
    note_hook(" ended %zu:%zu=%u", vcpu_id, index, intid);
}

static void hook_handled(size_t vcpu_id, size_t label, bool resume)
{
    note_hook(" hook %zu %zu %d", vcpu_id, label, resume);
}

static void hook_exception(size_t vcpu_id, uint32_t esr, uint64_t far)
{
    note_hook(" exception %zu %x %lx", vcpu_id, esr, far);
}

void vcpus_read_register(const uint64_t *n)
{
    printf("%lx\n", fake_vcpu_reg[n[0]][n[1]]);
}

void vcpus_write_register(const uint64_t *n)
{
    fake_vcpu_reg[n[0]][n[1]] = n[2];
    puts("");
}

void vcpus_helpers(const uint64_t *n)
{
    seL4_UserContext regs = {.pc = 0x1000, .x2 = n[2]};
    printf("%" PRIx64, fault_emulate(&regs, n[2], n[0], n[1], n[3]));
    bool done = fault_advance(1, &regs, n[0], n[1], n[3]);
    printf(" %s +%lx %lx\n", done ? "true" : "false", fake_contexts[1].pc - 0x1000,
           fake_contexts[1].x2);
}

void vcpus_name(const uint64_t *n)
{
    puts(fault_to_string(n[0]));
}

void vcpus_exit(const uint64_t *n)
{
    /* The vCPU may not exist. */
    static const seL4_Word none[seL4_VCPUReg_Num];
    size_t id = n[0] % VMM_MAX_VCPUS;
    seL4_UserContext before = fake_contexts[id];
    const seL4_Word *reg = n[0] < VMM_MAX_VCPUS ? fake_vcpu_reg[id] : none;
    seL4_Word esr = reg[seL4_VCPUReg_ESR], far = reg[seL4_VCPUReg_FAR];
    hooked[0] = 0;
    vmm_hooks = (struct vmm_hooks){hook_loaded, hook_ended, hook_handled, hook_exception};
    take_exit_with(n[0], n[1], n + 2);
    vmm_hooks = (struct vmm_hooks){0};
    if (before.sp != fake_contexts[id].sp)
        printf(" sp=%lx", fake_contexts[id].sp);
    if (before.spsr != fake_contexts[id].spsr)
        printf(" pstate=%lx", fake_contexts[id].spsr);
    if (esr != reg[seL4_VCPUReg_ESR] || far != reg[seL4_VCPUReg_FAR])
        printf(" esr=%lx far=%lx", reg[seL4_VCPUReg_ESR], reg[seL4_VCPUReg_FAR]);
    puts(hooked);
}

void vcpus_trap(const uint64_t *n)
{
    take_exit(n[0], seL4_Fault_VCPUFault, n[1]);
    puts("");
}

void vcpus_smc(const uint64_t *n)
{
    seL4_UserContext *context = &fake_contexts[n[0]];
    context->x0 = n[1];
    context->x1 = n[2];
    context->x2 = n[3];
    context->x3 = n[4];
    take_exit(n[0], seL4_Fault_VCPUFault, (uint64_t)EC_SMC64 << ESR_EC_SHIFT | ESR_IL);
    printf(" x0=%" PRId64 "\n", (int64_t)context->x0);
}

void vcpus_timer(const uint64_t *n)
{
    take_exit(n[0], seL4_Fault_VPPIEvent, vmm_config.vtimer_intid);
    puts("");
}

void vcpus_running(const uint64_t *n)
{
    (void)n;
    forget_moves();
    for (size_t i = 0; i < vmm_config.vcpus; i++) {
        if (fake_runs[i])
            printf("%zu ", i);
    }
    puts("");
}

static const char *outcome;
static bool refuses;

/* KiB of RAM that do not hold what it was filled with. */
static size_t cleared(void)
{
    size_t count = 0;
    for (size_t at = 1023; at < vmm_config.ram_size; at += 1024)
        count += fake_ram[at] == 0;
    return count;
}

static bool place(struct guest_boot *boot, void *data)
{
    (void)data;
    bool clean = fake_ram[0] == 0 && cleared() == vmm_config.ram_size / 1024;
    boot->kernel_pc = vmm_config.ram_ipa + 0x1000;
    outcome = clean ? "placed" : "placed over something";
    return !refuses;
}

static void ended(enum guest_end end, void *data)
{
    (void)data;
    outcome = end == GUEST_IMAGES_REFUSED ? "refused" : "ended";
}

void vcpus_restart(const uint64_t *n)
{
    enum {
        MOST_EXITS = 100000
    };
    vmm_config.gicc_ipa = VMM_GICC_BASE;
    refuses = n[0];
    outcome = "nothing";
    guest_register_images(place, NULL);
    guest_register_end(ended, NULL);
    memset(fake_ram, 0xaa, vmm_config.ram_size);
    bool begun = guest_restart(0, vmm_config.ram_vaddr, vmm_config.ram_size);
    size_t exits = 0, before = cleared(), most = before;
    while (guest.vcpu[0].state == VCPU_CLEANING && exits < MOST_EXITS) {
        seL4_SetMR(0, (uint64_t)EC_SMC64 << ESR_EC_SHIFT | ESR_IL);
        fault_handle(0, seL4_MessageInfo_new(seL4_Fault_VCPUFault, 0, 0, 1));
        size_t now = cleared();
        most = now - before > most ? now - before : most;
        before = now;
        exits++;
    }
    printf("%s %zu %zu %s %s\n", begun ? "true" : "false", exits, most, outcome,
           fake_contexts[0].pc == vmm_config.ram_ipa + 0x1000 && vcpu_is_on(0) ? "on" : "off");
    forget_moves();
}
