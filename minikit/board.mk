# SPDX-License-Identifier: BSD-2-Clause
# Builds kernel, libmicrokit and headers of minikit for one BOARD and CONFIG; see Makefile.

MAKEFLAGS += --no-builtin-rules

OUT      := $(SDK)/board/$(BOARD)/$(CONFIG)
COMPILER ?= gcc
OBJ      := $(OBJECTS)/$(BOARD)/$(CONFIG)/$(COMPILER)

ifeq ($(COMPILER),clang)
CC   := clang -target aarch64-none-elf
LINK := $(CC) -fuse-ld=lld
AR   := llvm-ar
else
CC   := aarch64-linux-gnu-gcc
LINK := $(CC)
AR   := aarch64-linux-gnu-ar
endif

CFLAGS  := -std=gnu11 -O2 -g -ffreestanding -fno-pic -fno-stack-protector -mcpu=cortex-a53 \
           -Wall -Wextra -Werror -I$(OUT)/include -MMD -MP
KERNEL  := $(CFLAGS) -mgeneral-regs-only -mstrict-align -Ikernel -I$(OBJ)
LDFLAGS := -nostdlib -static -Wl,--build-id=none -Wl,-z,max-page-size=0x1000

WRITE   := $(ROOT)/dist/minikit/tool/write-board.js
DATA    := $(WRITE) $(addprefix $(ROOT)/dist/minikit/tool/,headers.js layout.js platform.js) \
           $(addprefix $(ROOT)/dist/harness/,microkit/board-facts.js system/versions.js) $(wildcard $(ROOT)/dist/boards/*.js $(ROOT)/dist/boards/$(BOARD)/*.js)

# Parts of the kernel for particular hardware; PARTS names those of this board.
include $(OBJ)/parts.mk
choices        := $(wildcard kernel/gic_*.c kernel/vgic_*.c kernel/uart_*.c)
kernel_sources := $(filter-out kernel/kernel.ld.S $(choices),$(wildcard kernel/*.c kernel/*.S)) $(PARTS)
kernel_objects := $(patsubst %,$(OBJ)/%.o,$(basename $(kernel_sources)))
lib_objects    := $(patsubst %,$(OBJ)/%.o,$(basename $(wildcard libmicrokit/src/*.[cS])))
public_headers := $(shell cd libmicrokit/include && find . -name '*.h' -printf '%P ')
installed      := $(addprefix $(OUT)/include/,$(public_headers)) $(OUT)/lib/microkit.ld
generated      := $(OBJ)/parts.mk $(OBJ)/layout.h $(OBJ)/board.h $(OUT)/include/kernel/gen_config.h $(OUT)/platform.json

.PHONY: all
all: $(OUT)/elf/minikit.elf $(OUT)/lib/libmicrokit.a $(installed) $(generated)

# Written only if their contents change, so that other files are not rebuilt.
$(OBJ)/generated: $(DATA)
	@mkdir -p $(OBJ) $(OUT)/include/kernel
	@node $(WRITE) $(BOARD) $(CONFIG) $(MICROKIT) $(OBJ) $(OUT)
	@touch $@
$(generated): $(OBJ)/generated ; @:

$(OUT)/include/%: libmicrokit/include/%
	@mkdir -p $(@D)
	@cp $< $@
$(OUT)/lib/microkit.ld: libmicrokit/microkit.ld.S | $(generated)
	@mkdir -p $(@D)
	@$(CC) -E -P -x assembler-with-cpp -I$(OUT)/include $< -o $@

$(kernel_objects) $(lib_objects): board.mk | $(installed) $(generated)
$(OBJ)/kernel/%.o: kernel/%.c
	@mkdir -p $(@D)
	@echo "minikit $(BOARD) $(CONFIG): $<"
	@$(CC) $(KERNEL) -c $< -o $@
$(OBJ)/kernel/%.o: kernel/%.S
	@mkdir -p $(@D)
	@echo "minikit $(BOARD) $(CONFIG): $<"
	@$(CC) $(KERNEL) -c $< -o $@
$(OBJ)/libmicrokit/src/%.o: libmicrokit/src/%.c
	@mkdir -p $(@D)
	@echo "minikit $(BOARD) $(CONFIG): $<"
	@$(CC) $(CFLAGS) -c $< -o $@
$(OBJ)/libmicrokit/src/%.o: libmicrokit/src/%.S
	@mkdir -p $(@D)
	@echo "minikit $(BOARD) $(CONFIG): $<"
	@$(CC) $(CFLAGS) -c $< -o $@

$(OBJ)/kernel.ld: kernel/kernel.ld.S $(OBJ)/board.h
	@$(CC) -E -P -x assembler-with-cpp -I$(OBJ) $< -o $@

$(OUT)/elf/minikit.elf: $(kernel_objects) $(OBJ)/kernel.ld
	@mkdir -p $(@D)
	@$(LINK) $(LDFLAGS) -T $(OBJ)/kernel.ld $(kernel_objects) -o $@
$(OUT)/lib/libmicrokit.a: $(lib_objects)
	@mkdir -p $(@D)
	@rm -f $@
	@$(AR) rcs $@ $(lib_objects)

-include $(kernel_objects:.o=.d) $(lib_objects:.o=.d)
# A missing dependency, such as a moved source, rebuilds its objects.
%.c %.S: ;
