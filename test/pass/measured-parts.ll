; -tricolor-measure leaves out polls, barriers or both; maps stay. A list that names something else is refused.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=test -passes=tricolor,verify -S %s | FileCheck %s --check-prefixes=MAPS,POLLS,BARRIERS
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=test -passes=tricolor,verify -tricolor-measure=maps,polls,barriers -S %s | FileCheck %s --check-prefixes=MAPS,POLLS,BARRIERS
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=test -passes=tricolor,verify -tricolor-measure=maps,polls -S %s | FileCheck %s --check-prefixes=MAPS,POLLS,NO-BARRIERS
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=test -passes=tricolor,verify -tricolor-measure=maps,barriers -S %s | FileCheck %s --check-prefixes=MAPS,NO-POLLS,BARRIERS
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=test -passes=tricolor,verify -tricolor-measure=maps -S %s | FileCheck %s --check-prefixes=MAPS,NO-POLLS,NO-BARRIERS
; RUN: not %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=test -passes=tricolor -tricolor-measure=polls -S %s 2>&1 | FileCheck %s --check-prefix=REFUSED

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; MAPS-LABEL:      define void @f(
; BARRIERS:        {{"call tricolor_store_barrier|call .*void @tricolor_write_barrier\(}}
; NO-BARRIERS-NOT: {{"call tricolor_store_barrier|call .*void @tricolor_write_barrier\(}}
; POLLS:           call {{.*}}void @tricolor_poll(
; MAPS:            call void @g() [ "deopt"(
; NO-POLLS-NOT:    call {{.*}}void @tricolor_{{(trap_)?}}poll(
; MAPS:            ret void
; REFUSED: -tricolor-measure=polls: expected maps[,polls][,barriers]
define void @f(ptr %slot, ptr %value, i32 %n) {
entry:
  store ptr %value, ptr %slot
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  call void @g()
  call void @h(ptr %value)
  %next = add i32 %i, 1
  %done = icmp eq i32 %next, %n
  br i1 %done, label %end, label %loop
end:
  ret void
}

declare void @g()
declare void @h(ptr)
