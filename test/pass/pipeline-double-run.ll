; The late passes run once, however often they are scheduled.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor,tricolor,verify -S %s | FileCheck %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes="default<O2>,default<O0>" -S %s | FileCheck %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes="default<O0>" -tricolor-verify-ir -S %s | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define void @f(
; CHECK-COUNT-1: call {{.*}}tricolor_{{write_barrier\(|store_barrier_1}}
; CHECK-NOT:   tricolor_{{write|store}}_barrier
; CHECK:       ret void
; CHECK:       !tricolor.done = !{}
define void @f(ptr %slot, ptr %value) {
  store ptr %value, ptr %slot
  ret void
}
