; Polls on the ways through a loop, one of which leads through a barrier: none comes into the barrier's cold
; block, between its test and its write, however far back that is.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=test -passes=tricolor-barriers,tricolor-polls,tricolor-verify-barriers,verify -S %s | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define void @two_blocks_behind(
; CHECK:       write:
; CHECK:       call preserve_mostcc void @tricolor_poll()
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %p,
; CHECK-NOT:   tricolor_poll
; CHECK:       store ptr %v, ptr %p
define void @two_blocks_behind(ptr %p, ptr %v, i1 %c, i1 %again) norecurse {
entry:
  br label %loop
loop:
  call void @external(ptr %p)
  br i1 %c, label %write, label %other, !prof !0
write:
  store ptr %v, ptr %p
  br label %first
first:
  br label %second
second:
  br label %latch
other:
  br label %latch
latch:
  br i1 %again, label %loop, label %end
end:
  ret void
}

declare void @external(ptr)

!0 = !{!"branch_weights", i32 3, i32 1}
