/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parts of libvmm, driven by lines on stdin. Prints one line for each:
 *
 *   decode INSN                   result of decode_access, or "none"
 *   start VCPUS PAGE              a new GICv2, with a distributor page or not
 *   read CPU OFFSET BYTES         of the distributor
 *   write CPU OFFSET BYTES VALUE  prints the list registers that this loads
 *   page OFFSET                   word of the distributor page
 *   end CPU INDEX                 end of the interrupt in a list register; prints as write
 *   inject VCPU INTID             registers it if necessary, then injects it: result and loads
 *   set REG VALUE                 seL4_VCPUReg of vCPU 0
 *   poke IPA VALUE                64 bits of guest RAM
 *   peek IPA                      64 bits of guest RAM
 *   walk VA ACCESS EL0 PSTATE V8  mapped, fault status code, IPA; access: 0 read, 1 write, 2
 *                                 execute; EL0: as for LDTR; V8: N of Armv8.N
 *   images MAGIC TEXT_OFFSET IMAGE_SIZE FLAGS SIZE  DTB_MAGIC DTB_TOTAL DTB_SIZE DTB_DEST
 *          SIZE DEST              of kernel, device tree and initial RAM disk
 *   device BASE MOOD              registers a device of 0x100 bytes (emulation.c)
 *   call LABEL                    vCPU 0 exits with that label: answer, x0, PSTATE
 *   boot                          starts the guest at the beginning of its RAM
 *   resume                        ends its pause
 *   gpr N VALUE                   x0 to x30; 1f: SP_EL0
 *   pstate VALUE
 *   elsewhere BITS                vCPUs that run on other cores than the VMM
 *   said                          number of lines that the VMM has printed, in decimal
 *   fault INSN IPA ESR PC CODE    vCPU 0 faults at this instruction: answer, accesses, changes;
 *                                 it is at CODE in RAM (0: at its start) and is executed at PC
 *
 * and the commands of gicv3.c, vcpus.c and unpack.c. Numbers are hexadecimal.
 *
 * With the argument `scripts`, it reads several lists of lines and runs each in a process of its
 * own.
 */
#include "fake.h"
#include "fault/decode.h"
#include "fault/stage1.h"
#include "gic/gic.h"
#include "gic/gicd.h"
#include "kernel.h"
#include <inttypes.h>
#include <libvmm/arch/aarch64/fault.h>
#include <libvmm/arch/aarch64/linux.h>
#include <libvmm/guest.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands.h"

enum {
    MOST_NUMBERS = 12,
    SCRIPT_SECONDS = 5
};

static uint32_t page[GICD_SIZE / 4];

static void decode(const uint64_t *n)
{
    struct access_insn a;
    if (!decode_access((uint32_t)n[0], &a)) {
        puts("none");
        return;
    }
    printf("el0=%d ", a.as_el0);
    printf("kind=%d store=%d bytes=%d registers=%d rt=%d rt2=%d sign=%d to64=%d rs=%d ", a.kind,
           a.store, a.bytes, a.registers, a.rt[0], a.rt[1], a.sign_extend, a.to_64, a.rs);
    printf("pc=%d rn=%d offset=%" PRId64 " rm=%d extend=%d shift=%d writeback=%d step=%" PRId64
           "\n",
           a.pc_relative, a.rn, a.offset, a.has_rm ? a.rm : -1, a.extend, a.shift, a.writeback,
           a.step);
}

static void start(const uint64_t *n)
{
    vmm_reset();
    vmm_config.vcpus = n[0];
    vmm_config.gic_version = 2;
    vmm_config.gicd_page = n[1] ? (uintptr_t)page : 0;
    puts(virq_controller_init(0) ? "true" : "false");
    vcpus_all_on();
}

void print_loads(void)
{
    puts(fake_loads[0] ? fake_loads + 1 : "");
    fake_loads[0] = 0;
}

static void read_gicd(const uint64_t *n)
{
    printf("%x\n", gicd_read(n[0], (uint32_t)n[1], (uint32_t)n[2]));
}

static void write_gicd(const uint64_t *n)
{
    gicd_write(n[0], (uint32_t)n[1], (uint32_t)n[2], (uint32_t)n[3]);
    print_loads();
}

static void end_interrupt(const uint64_t *n)
{
    gic_end_of_interrupt(n[0], n[1]);
    print_loads();
}

static void inject(const uint64_t *n)
{
    virq_register(n[0], n[1], NULL, NULL);
    printf("%s ", virq_inject(n[0], (int)n[1]) ? "true" : "false");
    print_loads();
}

static void read_page(const uint64_t *n)
{
    printf("%x\n", page[n[0] / 4]);
}

static void set(const uint64_t *n)
{
    fake_vcpu_reg[0][n[0]] = n[1];
    puts("");
}

static void poke(const uint64_t *n)
{
    memcpy(fake_ram + (n[0] - vmm_config.ram_ipa), &n[1], 8);
    puts("");
}

static void walk(const uint64_t *n)
{
    struct stage1 stage1;
    vmm_config.cpu_armv8 = (unsigned)n[4];
    stage1_begin(&stage1, 0, n[3]);
    struct stage1_place place = stage1_translate(&stage1, n[0], (enum stage1_access)n[1], n[2]);
    printf("%d %x %" PRIx64 "\n", place.mapped, place.status, place.ipa);
}

static void peek(const uint64_t *n)
{
    uint64_t value;
    memcpy(&value, fake_ram + (n[0] - vmm_config.ram_ipa), 8);
    printf("%" PRIx64 "\n", value);
}

static void images(const uint64_t *n)
{
    uint64_t kernel_size = n[4], dtb_size = n[7], initrd_size = n[9];
    uint8_t *kernel = calloc(1, kernel_size), *dtb = calloc(1, dtb_size);
    uint8_t *initrd = malloc(initrd_size);
    uint32_t magic = (uint32_t)n[0], dtb_header[2] = {(uint32_t)n[5], (uint32_t)n[6]};
    uint64_t fields[3] = {n[1], n[2], n[3]};
    memset(initrd, 0x55, initrd_size);
    if (kernel_size >= 64) {
        memcpy(kernel + 8, fields, sizeof(fields));
        memcpy(kernel + 56, &magic, 4);
    }
    for (int i = 0; i < 2 && dtb_size >= 8; i++) {
        uint32_t big_endian = __builtin_bswap32(dtb_header[i]);
        memcpy(dtb + 4 * i, &big_endian, 4);
    }
    memset(fake_ram, 0xaa, vmm_config.ram_size);
    uintptr_t entry =
        linux_setup_images((uintptr_t)fake_ram, (uintptr_t)kernel, kernel_size, (uintptr_t)dtb,
                           n[8], dtb_size, (uintptr_t)initrd, n[10], initrd_size);
    bool touched = false;
    for (size_t i = 0; i < vmm_config.ram_size; i++)
        touched = touched || fake_ram[i] != 0xaa;
    printf("%" PRIxPTR " %s\n", entry, touched ? "written" : "untouched");
    free(kernel);
    free(dtb);
    free(initrd);
}

static void add_device(const uint64_t *n)
{
    puts(emulation_device(n[0], n[1]) ? "true" : "false");
}

static void call(const uint64_t *n)
{
    seL4_Word pc = fake_context.pc = vmm_config.ram_ipa;
    seL4_SetMR(seL4_VCPUFault_HSR, UINT64_C(0x17) << 26 | 1 << 25); /* SMC, for the label of that */
    bool resumed = fault_handle(0, seL4_MessageInfo_new(n[0], 0, 0, 1));
    const char *to = fake_context.pc == pc + 4 ? "next" : fake_context.pc == pc ? "here" : "vector";
    printf("%s %s x0=%lx pstate=%lx\n", resumed ? "resume" : "hold", to, fake_context.x0,
           fake_context.spsr);
}

static void boot(const uint64_t *n)
{
    (void)n;
    puts(guest_start(0, vmm_config.ram_ipa, 0, 0) ? "true" : "false");
}

static void resume(const uint64_t *n)
{
    (void)n;
    puts(guest_resume(0) ? "true" : "false");
}

static void set_gpr(const uint64_t *n)
{
    seL4_Word *sp = &fake_context.sp;
    *(n[0] == REGISTER_31 ? sp : (seL4_Word *)&fake_context + context_gpr[n[0]]) = n[1];
    puts("");
}

static void set_pstate(const uint64_t *n)
{
    fake_context.spsr = n[0];
    puts("");
}

static void set_elsewhere(const uint64_t *n)
{
    vmm_config.vcpus_elsewhere = (uint32_t)n[0];
    puts("");
}

static void said(const uint64_t *n)
{
    (void)n;
    printf("%u\n", fake_lines);
}

static void take_fault(const uint64_t *n)
{
    uint64_t code = n[4] ? n[4] : vmm_config.ram_ipa;
    emulation_fault((uint32_t)n[0], n[1], (uint32_t)n[2], n[3] ? n[3] : code, code);
}

static const struct {
    const char *name;
    void (*run)(const uint64_t *numbers);
} commands[] = {
    {"decode", decode},
    {"start", start},
    {"read", read_gicd},
    {"write", write_gicd},
    {"end", end_interrupt},
    {"page", read_page},
    {"set", set},
    {"poke", poke},
    {"walk", walk},
    {"peek", peek},
    {"images", images},
    {"device", add_device},
    {"call", call},
    {"boot", boot},
    {"resume", resume},
    {"gpr", set_gpr},
    {"pstate", set_pstate},
    {"elsewhere", set_elsewhere},
    {"said", said},
    {"fault", take_fault},
    {"banks", gicv3_banks},
    {"start3", gicv3_start},
    {"config", gicv3_config},
    {"read3", gicv3_read_frame},
    {"write3", gicv3_write_frame},
    {"sweep3", gicv3_sweep},
    {"sgi3", gicv3_sgi},
    {"trap", gicv3_trap},
    {"inject", inject},
    {"guest", vcpus_guest},
    {"now", vcpus_now},
    {"vtimer", vcpus_set_timer},
    {"vtrap", vcpus_trap},
    {"smc", vcpus_smc},
    {"vppi", vcpus_timer},
    {"context", vcpus_context},
    {"vreg", vcpus_read_register},
    {"vset", vcpus_write_register},
    {"helpers", vcpus_helpers},
    {"name", vcpus_name},
    {"exit", vcpus_exit},
    {"running", vcpus_running},
    {"restart", vcpus_restart},
    {"unpack", unpack},
    {"formats", formats},
    {"format_oddities", format_oddities},
};

static bool execute(char *line)
{
    uint64_t numbers[MOST_NUMBERS] = {0};
    char *word = strtok(line, " \n");
    size_t found = 0;
    if (!word)
        return false;
    while (found < sizeof(commands) / sizeof(commands[0]) && strcmp(commands[found].name, word))
        found++;
    if (found == sizeof(commands) / sizeof(commands[0]))
        return false;
    for (int i = 0; i < MOST_NUMBERS && (word = strtok(NULL, " \n")); i++)
        numbers[i] = strtoull(word, NULL, 16);
    commands[found].run(numbers);
    return true;
}

/* prompt: each answer is printed at once. */
static int run_lines(FILE *from, bool prompt)
{
    char line[512];
    while (fgets(line, sizeof(line), from)) {
        if (!execute(line))
            return 2;
        if (prompt)
            fflush(stdout);
    }
    return fflush(stdout);
}

/* Runs the lines in a process of their own. */
static void run_script(char *text, size_t size)
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        setrlimit(RLIMIT_CPU, &(struct rlimit){SCRIPT_SECONDS, SCRIPT_SECONDS});
        _exit(size == 0 ? 0 : run_lines(fmemopen(text, size, "r"), false));
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        exit(3);
    puts(status == 0 ? "." : "died\n.");
}

/* Several scripts: each ends with a line of one dot, and so do its answers. */
static int run_scripts(void)
{
    char *line = NULL, *text = NULL;
    size_t room = 0, size = 0;
    FILE *script = open_memstream(&text, &size);
    while (getline(&line, &room, stdin) > 0) {
        if (strcmp(line, ".\n") != 0) {
            fputs(line, script);
            continue;
        }
        fflush(script);
        run_script(text, size);
        rewind(script);
    }
    fclose(script);
    free(text);
    free(line);
    return 0;
}

int main(int argc, char **argv)
{
    vmm_config.ram_vaddr = (uintptr_t)fake_ram;
    return argc > 1 && strcmp(argv[1], "scripts") == 0 ? run_scripts() : run_lines(stdin, true);
}
