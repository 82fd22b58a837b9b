; Stores of numbers, by their type alone; and what takes the type from them.
; RUN: split-file %s %t
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers,tricolor-verify-barriers,verify -S %t/prepared.ll | FileCheck %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers -S %t/unprepared.ll | FileCheck --check-prefix=UNPREPARED %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-verify-barriers -disable-output %t/unprepared.ll 2>&1 | FileCheck --check-prefix=REFUSED %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-reused-storage -S %t/copies.ll | FileCheck --check-prefix=COPIES %s

; UNPREPARED-LABEL: define void @number(
; UNPREPARED: call preserve_mostcc void @tricolor_write_barrier(
; REFUSED: tricolor-verify: in 'number': no barrier covers the write store i64 %n, ptr %p

; COPIES-LABEL: define void @copies(
; COPIES: call void @llvm.memcpy{{.*}}(ptr %p, ptr %s, i64 8, i1 false){{$}}
; COPIES: call void @llvm.memcpy{{.*}}(ptr %local, ptr %s, i64 8, i1 false), !tbaa.struct
; COPIES: !{i32 8, !"tricolor.reused-storage", i32 1}

;--- prepared.ll
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define void @number(
; CHECK-NOT:   tricolor_write_barrier
; CHECK:       ret void
define void @number(ptr %p, i64 %n) {
  store i64 %n, ptr %p, !tbaa !2
  ret void
}

; CHECK-LABEL: define void @member(
; CHECK-NOT:   tricolor_write_barrier
; CHECK:       ret void
define void @member(ptr %p, i64 %n) {
  %member = getelementptr i8, ptr %p, i64 8
  store i64 %n, ptr %member, !tbaa !5
  ret void
}

; CHECK-LABEL: define void @vector(
; CHECK-NOT:   tricolor_write_barrier
; CHECK:       ret void
define void @vector(ptr %p, <4 x i64> %n) {
  store <4 x i64> %n, ptr %p, !tbaa !2
  ret void
}

; CHECK-LABEL: define void @volatile_number(
; CHECK-NOT:   tricolor_write_barrier
; CHECK:       ret void
define void @volatile_number(ptr %p, i64 %n) {
  store volatile i64 %n, ptr %p, !tbaa !2
  ret void
}

; A pointer, whatever it is called.
; CHECK-LABEL: define void @pointer(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
define void @pointer(ptr %p, ptr %v) {
  store ptr %v, ptr %p, !tbaa !2
  ret void
}

; CHECK-LABEL: define void @character(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
define void @character(ptr %p, i64 %n) {
  store i64 %n, ptr %p, !tbaa !3
  ret void
}

; CHECK-LABEL: define void @untyped(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
define void @untyped(ptr %p, i64 %n) {
  store i64 %n, ptr %p
  ret void
}

; CHECK-LABEL: define void @enumeration(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
define void @enumeration(ptr %p, i64 %n) {
  store i64 %n, ptr %p, !tbaa !7
  ret void
}

; C++ uses storage anew where C does not.
; CHECK-LABEL: define void @of_cxx(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
define void @of_cxx(ptr %p, i64 %n) {
  store i64 %n, ptr %p, !tbaa !12
  ret void
}

; CHECK-LABEL: define void @of_another_language(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
define void @of_another_language(ptr %p, i64 %n) {
  store i64 %n, ptr %p, !tbaa !22
  ret void
}

; CHECK-LABEL: define void @exchange(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
define void @exchange(ptr %p, i64 %n) {
  %old = atomicrmw xchg ptr %p, i64 %n seq_cst, !tbaa !2
  ret void
}

!llvm.module.flags = !{!100}
!100 = !{i32 8, !"tricolor.reused-storage", i32 1}
!0 = !{!"Simple C/C++ TBAA"}
!1 = !{!"omnipotent char", !0, i64 0}
!2 = !{!4, !4, i64 0}
!3 = !{!1, !1, i64 0}
!4 = !{!"long", !1, i64 0}
!5 = !{!6, !4, i64 8}
!6 = !{!"S", !8, i64 0, !4, i64 8}
!7 = !{!9, !9, i64 0}
!8 = !{!"any pointer", !1, i64 0}
!9 = !{!"_ZTS1E", !1, i64 0}
!10 = !{!"Simple C++ TBAA"}
!11 = !{!"omnipotent char", !10, i64 0}
!12 = !{!14, !14, i64 0}
!14 = !{!"long", !11, i64 0}
!20 = !{!"another language"}
!21 = !{!"omnipotent char", !20, i64 0}
!22 = !{!24, !24, i64 0}
!24 = !{!"long", !21, i64 0}

;--- unprepared.ll
target triple = "x86_64-unknown-linux-gnu"
define void @number(ptr %p, i64 %n) {
  store i64 %n, ptr %p, !tbaa !2
  ret void
}
!0 = !{!"Simple C/C++ TBAA"}
!1 = !{!"omnipotent char", !0, i64 0}
!2 = !{!4, !4, i64 0}
!4 = !{!"long", !1, i64 0}

;--- copies.ll
define void @copies(ptr %p, ptr %s) {
  %local = alloca i64
  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr %s, i64 8, i1 false), !tbaa.struct !3
  call void @llvm.memcpy.p0.p0.i64(ptr %local, ptr %s, i64 8, i1 false), !tbaa.struct !3
  ret void
}
!0 = !{!"Simple C/C++ TBAA"}
!1 = !{!"omnipotent char", !0, i64 0}
!2 = !{!4, !4, i64 0}
!3 = !{i64 0, i64 8, !2}
!4 = !{!"long", !1, i64 0}
