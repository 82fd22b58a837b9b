; A number over a number, what was there before, and the numbers of globals.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-global-masks,tricolor-barriers,tricolor-verify-barriers,verify -S %s | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

%struct.S = type { ptr, i64 }
@counter = global i64 0
@record = global %struct.S zeroinitializer
@numbers = internal global [8 x double] zeroinitializer
@word = external global i64

; CHECK-LABEL: define void @update(
; CHECK-NOT:   tricolor_write_barrier
; CHECK:       ret void
define void @update(ptr %p) {
  %old = load i64, ptr %p, !tbaa !2
  %new = add i64 %old, 1
  store i64 %new, ptr %p, !tbaa !2
  ret void
}

; Another member of the object may be written in between.
; CHECK-LABEL: define void @update_beside(
; CHECK-COUNT-1: call preserve_mostcc void @tricolor_write_barrier(
; CHECK-NOT:   call preserve_mostcc void @tricolor_write_barrier(
; CHECK:       ret void
define void @update_beside(ptr %p, ptr %v) {
  %old = load i64, ptr %p, !tbaa !2
  %second = getelementptr i8, ptr %p, i64 8
  store ptr %v, ptr %second
  %new = add i64 %old, 1
  store i64 %new, ptr %p, !tbaa !2
  ret void
}

; Storage may be used anew for a number where a pointer was, which a first store of it does.
; CHECK-LABEL: define void @first(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
define void @first(ptr %p) {
  store i64 5, ptr %p, !tbaa !2
  ret void
}

; CHECK-LABEL: define void @disturbed(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %q,
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %p,
define void @disturbed(ptr %p, ptr %q, ptr %v) {
  %old = load i64, ptr %p, !tbaa !2
  store ptr %v, ptr %q
  %new = add i64 %old, 1
  store i64 %new, ptr %p, !tbaa !2
  ret void
}

; A union's member is of any type.
; CHECK-LABEL: define void @of_a_union(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
define void @of_a_union(ptr %p) {
  %old = load i64, ptr %p, !tbaa !3
  %new = add i64 %old, 1
  store i64 %new, ptr %p, !tbaa !3
  ret void
}

; CHECK-LABEL: define void @same(
; CHECK-NOT:   tricolor_write_barrier
; CHECK:       ret void
define void @same(ptr %p) {
  %old = load ptr, ptr %p
  store ptr %old, ptr %p
  ret void
}

; CHECK-LABEL: define void @same_after_call(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
define void @same_after_call(ptr %p) {
  %old = load ptr, ptr %p
  call void @external()
  store ptr %old, ptr %p
  ret void
}

; CHECK-LABEL: define void @globals(
; CHECK-NOT:   tricolor_write_barrier
; CHECK:       ret void
define void @globals(i64 %n, double %d, i64 %i) {
  store i64 %n, ptr @counter
  store i64 %n, ptr getelementptr (i8, ptr @record, i64 8)
  %element = getelementptr inbounds [8 x double], ptr @numbers, i64 0, i64 %i
  store double %d, ptr %element
  ret void
}

; CHECK-LABEL: define void @pointers_of_globals(
; CHECK-COUNT-3: call preserve_mostcc void @tricolor_write_barrier(
define void @pointers_of_globals(i64 %n, i64 %i) {
  store i64 %n, ptr @record
  store i64 %n, ptr @word
  %any = getelementptr i8, ptr @record, i64 %i
  store i64 %n, ptr %any
  ret void
}

declare void @external()

!0 = !{!"Simple C++ TBAA"}
!1 = !{!"omnipotent char", !0, i64 0}
!2 = !{!4, !4, i64 0}
!3 = !{!1, !1, i64 0}
!4 = !{!"long", !1, i64 0}
