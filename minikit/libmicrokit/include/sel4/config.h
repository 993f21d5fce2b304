/* SPDX-License-Identifier: BSD-2-Clause */
/* How this SDK's kernel is configured, by seL4's names: CONFIG_DEBUG_BUILD, CONFIG_PRINTING, ... */
#pragma once

#include <kernel/gen_config.h>
