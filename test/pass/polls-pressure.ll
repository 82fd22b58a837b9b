; A root that a loop only keeps for later is listed at the loop's trap poll by a slot, if the loop has no register to
; spare, so that nothing is fetched for the poll. Else it is listed itself.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=trap -tricolor-verify-ir -passes=tricolor,verify -S %s | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; The first number of a bundle is a mark, the second counts values and slots. A slot is an alloca's address.
; CHECK-LABEL: define ptr @crowded(
; CHECK:       [[SLOT:%.*]] = alloca ptr
; CHECK:       store ptr %kept, ptr [[SLOT]]
; CHECK:       loop:
; CHECK:       call preserve_mostcc void @tricolor_trap_poll() {{.*}}ptr [[SLOT]]
; CHECK-NOT:   store ptr %kept
; CHECK:       ret ptr
define ptr @crowded(ptr %kept, ptr %first, ptr %b, i64 %n, ptr %other) {
entry:
  %c = load i64, ptr %b
  %d.at = getelementptr i8, ptr %b, i64 8
  %d = load i64, ptr %d.at
  br label %loop
loop:
  %node = phi ptr [ %first, %entry ], [ %next, %loop ]
  %sum = phi i64 [ 0, %entry ], [ %added, %loop ]
  %order = call i32 @memcmp(ptr %node, ptr %b, i64 %n)
  %wide = sext i32 %order to i64
  %x = add i64 %sum, %c
  %y = xor i64 %x, %d
  %added = add i64 %y, %wide
  %narrow = trunc i64 %added to i32
  store i32 %narrow, ptr %other
  %next = load ptr, ptr %node
  %more = icmp ne ptr %next, null
  br i1 %more, label %loop, label %end
end:
  ret ptr %kept
}

; CHECK-LABEL: define ptr @spacious(
; CHECK-NOT:   alloca
; CHECK:       call preserve_mostcc void @tricolor_trap_poll() {{.*}}ptr %kept
; CHECK:       ret ptr
define ptr @spacious(ptr %kept, ptr %first) {
entry:
  br label %loop
loop:
  %node = phi ptr [ %first, %entry ], [ %next, %loop ]
  %next = load ptr, ptr %node
  %more = icmp ne ptr %next, null
  br i1 %more, label %loop, label %end
end:
  ret ptr %kept
}

declare i32 @memcmp(ptr, ptr, i64)
