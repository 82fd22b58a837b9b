; Objects that were allocated since the last safepoint and that nobody else has.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers,tricolor-verify-barriers,verify -S %s | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define ptr @fresh(
; CHECK-NOT:   tricolor_write_barrier
; CHECK:       ret ptr
define ptr @fresh(ptr %type, ptr %v) {
  %o = call ptr @tricolor_new(ptr %type)
  store ptr %v, ptr %o
  %second = getelementptr i8, ptr %o, i64 8
  store ptr %o, ptr %second
  ret ptr %o
}

; CHECK-LABEL: define ptr @checked(
; CHECK-NOT:   tricolor_write_barrier
; CHECK:       ret ptr
define ptr @checked(ptr %v) {
  %o = call ptr @malloc(i64 16)
  %null = icmp eq ptr %o, null
  br i1 %null, label %out, label %fill
fill:
  store ptr %v, ptr %o
  br label %out
out:
  ret ptr %o
}

; CHECK-LABEL: define ptr @safepoint_between(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
define ptr @safepoint_between(ptr %type, ptr %v) {
  %o = call ptr @tricolor_new(ptr %type)
  call void @external()
  store ptr %v, ptr %o
  ret ptr %o
}

; CHECK-LABEL: define ptr @published(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %where,
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %o,
define ptr @published(ptr %type, ptr %v, ptr %where) {
  %o = call ptr @tricolor_new(ptr %type)
  store ptr %o, ptr %where
  store ptr %v, ptr %o
  ret ptr %o
}

; CHECK-LABEL: define ptr @not_an_allocation(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
define ptr @not_an_allocation(ptr %v) {
  %o = call noalias ptr @make()
  store ptr %v, ptr %o
  ret ptr %o
}

declare ptr @tricolor_new(ptr)
declare ptr @malloc(i64)
declare ptr @make()
declare void @external()
