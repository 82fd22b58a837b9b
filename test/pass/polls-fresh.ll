; A poll between an allocation and writes to the object: it is fresh no more, and the writes get the
; barriers back that they were spared.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=test -passes=tricolor-barriers,tricolor-polls,tricolor-verify-barriers,verify -S %s | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; The poll of the loop stands at its end.
; CHECK-LABEL: define ptr @behind_loop(
; CHECK:       call ptr @malloc(
; CHECK:       call preserve_mostcc void @tricolor_poll()
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %o,
; CHECK-NEXT:  br label
; CHECK:       store ptr %v, ptr %o
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %second,
; CHECK-NEXT:  br label
; CHECK:       call void @llvm.memcpy
define ptr @behind_loop(ptr %v, ptr %source) norecurse {
entry:
  br label %loop
loop:
  %o = call ptr @malloc(i64 32)
  %null = icmp eq ptr %o, null
  br i1 %null, label %loop, label %fill
fill:
  store ptr %v, ptr %o
  %second = getelementptr i8, ptr %o, i64 8
  call void @llvm.memcpy.p0.p0.i64(ptr %second, ptr %source, i64 16, i1 false)
  ret ptr %o
}

; The loop does not share the test of another write's barrier, and polls before the object's write all
; the same.
; CHECK-LABEL: define ptr @shared(
; CHECK:       call ptr @malloc(
; CHECK-NOT:   load volatile i64, ptr @tricolor_control
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %other,
; CHECK:       call preserve_mostcc void @tricolor_poll()
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %o,
; CHECK:       store ptr %v, ptr %o
define ptr @shared(ptr %v, ptr %other) norecurse {
entry:
  br label %loop
loop:
  %o = call ptr @malloc(i64 32)
  %null = icmp eq ptr %o, null
  store ptr %v, ptr %other
  br i1 %null, label %loop, label %fill
fill:
  store ptr %v, ptr %o
  ret ptr %o
}

; In the loop the poll comes behind the write.
; CHECK-LABEL: define void @before_poll(
; CHECK-NOT:   tricolor_write_barrier
; CHECK:       call preserve_mostcc void @tricolor_poll()
; CHECK-NOT:   tricolor_write_barrier
; CHECK:       ret void
define void @before_poll(ptr %v, i1 %again) norecurse {
entry:
  br label %loop
loop:
  %o = call ptr @malloc(i64 32)
  store ptr %v, ptr %o
  br i1 %again, label %loop, label %end
end:
  ret void
}

; A function's poll behind its short way out.
; CHECK-LABEL: define ptr @behind_short_way(
; CHECK:       call ptr @malloc(
; CHECK:       call preserve_mostcc void @tricolor_poll()
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %o,
; CHECK:       store ptr %v, ptr %o
define ptr @behind_short_way(i1 %c, i1 %d, ptr %v) {
entry:
  br i1 %c, label %make, label %end
make:
  %o = call ptr @malloc(i64 32)
  br i1 %d, label %one, label %two
one:
  store ptr %v, ptr %o
  call void @external()
  br label %end
two:
  call void @external()
  br label %end
end:
  %result = phi ptr [ null, %entry ], [ %o, %one ], [ %o, %two ]
  ret ptr %result
}

declare ptr @malloc(i64)
declare void @external()
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
