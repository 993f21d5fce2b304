/* SPDX-License-Identifier: BSD-2-Clause */
/* seL4's integer types (LP64) and the attributes that its headers offer to users. */
#pragma once

typedef signed char seL4_Int8;
typedef unsigned char seL4_Uint8;
typedef signed short seL4_Int16;
typedef unsigned short seL4_Uint16;
typedef signed int seL4_Int32;
typedef unsigned int seL4_Uint32;
typedef signed long seL4_Int64;
typedef unsigned long seL4_Uint64;

typedef seL4_Int8 seL4_Bool;
typedef seL4_Uint64 seL4_Word;
typedef seL4_Word seL4_CPtr;

#define seL4_True  1
#define seL4_False 0

#ifdef __cplusplus
#define seL4_Null 0L
#else
#define seL4_Null ((void *)0)
#endif

#define seL4_WordBits     64
#define seL4_WordSizeBits 3

#define LIBSEL4_BIT(n)      (1ul << (n))
#define LIBSEL4_INLINE      static inline
#define LIBSEL4_INLINE_FUNC static inline
#define LIBSEL4_UNUSED      __attribute__((unused))

/* Makes an enumeration as wide as a word, as its last member. */
#define SEL4_FORCE_LONG_ENUM(type) _enum_pad_##type = 0x7ffffffffffffffful
