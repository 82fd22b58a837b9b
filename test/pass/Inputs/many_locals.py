#!/usr/bin/env python3
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints a function with LOCALS variables whose addresses have escaped and CALLS calls after that.

usage: many_locals.py LOCALS CALLS
"""

import sys

if len(sys.argv) != 3:
    sys.exit(__doc__)
number_of_locals, calls = int(sys.argv[1]), int(sys.argv[2])
print('target triple = "x86_64-unknown-linux-gnu"')
print("declare void @call()")
print("@escaped = global ptr null")
print("define void @many() {")
for i in range(number_of_locals):
    print(f"  %v{i} = alloca {{ ptr, i32, ptr }}")
for i in range(number_of_locals):
    print(f"  store ptr %v{i}, ptr @escaped")
for _ in range(calls):
    print("  call void @call()")
print("  ret void\n}")
