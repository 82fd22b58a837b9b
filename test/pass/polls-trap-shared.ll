; Where every round of a loop tests the barrier's flag, the test serves as the loop's poll, although other
; polls are traps. A test that only some rounds pass is not enough.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-barriers,tricolor-polls,tricolor-verify-barriers,verify -S %s | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define void @every_round(
; CHECK-NOT:   call {{.*}}_poll(
; CHECK:       load volatile i64, ptr @tricolor_control
; CHECK:       call preserve_mostcc void @tricolor_poll()
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
; CHECK-NOT:   call {{.*}}_poll(
; CHECK:       ret void
define void @every_round(ptr %list) {
entry:
  br label %loop
loop:
  %node = phi ptr [ %list, %entry ], [ %next, %loop ]
  %field = getelementptr ptr, ptr %node, i64 1
  %next = load ptr, ptr %node
  store ptr null, ptr %field
  %end = icmp eq ptr %next, null
  br i1 %end, label %done, label %loop
done:
  ret void
}

; CHECK-LABEL: define void @some_rounds(
; CHECK-NOT:   call {{.*}}@tricolor_poll(
; CHECK-COUNT-1: call {{.*}}@tricolor_trap_poll(
; CHECK-NOT:   call {{.*}}_poll(
; CHECK:       ret void
define void @some_rounds(ptr %list) {
entry:
  br label %loop
loop:
  %node = phi ptr [ %list, %entry ], [ %next, %again ]
  %field = getelementptr ptr, ptr %node, i64 1
  %number = getelementptr ptr, ptr %node, i64 2
  %next = load ptr, ptr %node
  %n = load i32, ptr %number
  %odd = trunc i32 %n to i1
  br i1 %odd, label %write, label %again
write:
  store ptr null, ptr %field
  br label %again
again:
  %end = icmp eq ptr %next, null
  br i1 %end, label %done, label %loop
done:
  ret void
}
