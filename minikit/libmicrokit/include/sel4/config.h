/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel configuration of this SDK, by seL4's names: CONFIG_DEBUG_BUILD, CONFIG_PRINTING, ...
 */
#pragma once

#include <kernel/gen_config.h>
