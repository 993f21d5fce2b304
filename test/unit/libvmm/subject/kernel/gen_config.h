/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of a kernel configuration that the headers of libmicrokit use. */
#pragma once

#define CONFIG_ARCH_AARCH64           1
#define CONFIG_KERNEL_MCS             1
#define CONFIG_ARM_HYPERVISOR_SUPPORT 1
#define CONFIG_NUM_PRIORITIES         256
#ifndef CONFIG_MAX_NUM_NODES
#define CONFIG_MAX_NUM_NODES 1
#endif
#define CONFIG_WORD_SIZE 64
