; Neighbouring writes share one test; what may change the flag, or cannot be known at the test, parts them.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers,tricolor-verify-barriers,verify -S %s | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define void @two(
; CHECK-COUNT-1: load volatile i32
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %p,
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %second,
; CHECK-NOT:   load volatile
; CHECK:       store ptr %a, ptr %p
; CHECK-NEXT:  store ptr %b, ptr %second
; CHECK-NEXT:  ret void
define void @two(ptr %p, ptr %a, ptr %b) {
  store ptr %a, ptr %p
  %second = getelementptr i8, ptr %p, i64 8
  store ptr %b, ptr %second
  ret void
}

; A load that nothing in between can change moves before the test.
; CHECK-LABEL: define void @load_moves(
; CHECK:       %b = load ptr, ptr %q
; CHECK-COUNT-1: load volatile i32
; CHECK-NOT:   load volatile
; CHECK:       ret void
define void @load_moves(ptr noalias %p, ptr noalias %q, ptr %a) {
  store ptr %a, ptr %p
  %b = load ptr, ptr %q
  %second = getelementptr i8, ptr %p, i64 8
  store ptr %b, ptr %second
  ret void
}

; CHECK-LABEL: define void @load_stays(
; CHECK-COUNT-2: load volatile i32
; CHECK:       ret void
define void @load_stays(ptr %p, ptr %q, ptr %a) {
  store ptr %a, ptr %p
  %b = load ptr, ptr %q
  %second = getelementptr i8, ptr %p, i64 8
  store ptr %b, ptr %second
  ret void
}

; CHECK-LABEL: define void @safepoint_between(
; CHECK-COUNT-2: load volatile i32
; CHECK:       ret void
define void @safepoint_between(ptr %p, ptr %a) {
  store ptr %a, ptr %p
  call void @external()
  %second = getelementptr i8, ptr %p, i64 8
  store ptr %a, ptr %second
  ret void
}

; A thread may be stopped in a leaf function as well, and in what the back end makes a call of.
; CHECK-LABEL: define void @leaf_between(
; CHECK-COUNT-3: load volatile i32
; CHECK:       ret void
define void @leaf_between(ptr %p, ptr %a, i64 %n) {
  store ptr %a, ptr %p
  %length = call i64 @strlen(ptr %a)
  %second = getelementptr i8, ptr %p, i64 8
  store ptr %a, ptr %second
  %local = alloca [4096 x i8]
  call void @llvm.memset.p0.i64(ptr %local, i8 0, i64 %n, i1 false)
  %third = getelementptr i8, ptr %p, i64 16
  store ptr %a, ptr %third
  ret void
}

; A block copy joins, unless what it brings is written after the test.
; CHECK-LABEL: define void @block_joins(
; CHECK-COUNT-1: load volatile i32
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %to, ptr %from, i64 32)
; CHECK-NOT:   load volatile
; CHECK:       ret void
define void @block_joins(ptr noalias %p, ptr %to, ptr noalias %from, ptr %a) {
  store ptr %a, ptr %p
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 32, i1 false)
  ret void
}

; CHECK-LABEL: define void @block_stays(
; CHECK-COUNT-2: load volatile i32
; CHECK:       ret void
define void @block_stays(ptr %p, ptr %to, ptr %a, ptr %b) {
  %local = alloca [4 x ptr]
  store ptr %a, ptr %p
  store ptr %b, ptr %local
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %local, i64 32, i1 false)
  ret void
}

declare void @external()
declare i64 @strlen(ptr)
