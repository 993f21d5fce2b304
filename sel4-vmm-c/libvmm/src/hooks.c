/* SPDX-License-Identifier: BSD-2-Clause */
#include <libvmm/hooks.h>

struct vmm_hooks vmm_hooks;
