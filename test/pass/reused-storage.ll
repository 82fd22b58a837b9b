; Marks of reused storage: what the early pass makes of them, and the barriers in their place.
; RUN: split-file %s %t
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-reused-storage,verify -S %t/marks.ll | FileCheck --check-prefix=EARLY %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes='tricolor-reused-storage,cgscc(inline),function(sroa,instcombine),tricolor-barriers,tricolor-verify-barriers,verify' -S %t/marks.ll | FileCheck %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-measure=maps,polls -passes=tricolor-reused-storage,verify -S %t/marks.ll | FileCheck --check-prefix=MEASURED %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers,tricolor-verify-barriers,verify -S %t/cxx.ll | FileCheck --check-prefix=CXX %s

; MEASURED-NOT: asm sideeffect
; MEASURED-NOT: tricolor.reuse(

; C++ numbers need no barrier where every placement new is marked.
; CXX-LABEL: define void @number(
; CXX-NOT: tricolor_write_barrier
; CXX: ret void

;--- marks.ll
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

declare void @llvm.assume(i1)
declare noalias ptr @_Znwm(i64)

; EARLY-LABEL: define void @words(
; EARLY:       %[[FIRST:.*]] = load i64, ptr
; EARLY:       %[[SECOND:.*]] = load i64, ptr
; EARLY-NEXT:  call void asm sideeffect "# tricolor.reuse", "r,r"(i64 %[[FIRST]], i64 %[[SECOND]])
; EARLY-NOT:   llvm.assume
; EARLY:       ret void
; CHECK-LABEL: define void @words(
; CHECK:       %[[FIRST:.*]] = load i64, ptr %p
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr @tricolor.no_slot, i64 %[[FIRST]])
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr @tricolor.no_slot, i64
; CHECK-NOT:   asm sideeffect
; CHECK:       ret void
define void @words(ptr %p) {
  call void @llvm.assume(i1 true) ["align"(ptr %p, i64 1, i64 16)]
  ret void
}

; EARLY-LABEL: define void @block(
; EARLY-NEXT:  call void @tricolor.reuse(ptr %p, i64 80)
; CHECK-LABEL: define void @block(
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %p, ptr null, i64 80)
; CHECK-NOT:   tricolor.reuse
; CHECK:       ret void
define void @block(ptr %p) {
  call void @llvm.assume(i1 true) ["align"(ptr %p, i64 1, i64 80)]
  ret void
}

; CHECK-LABEL: define void @variable(
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %p, ptr null, i64 %n)
define void @variable(ptr %p, i64 %n) {
  call void @llvm.assume(i1 true) ["align"(ptr %p, i64 1, i64 %n)]
  ret void
}

; Inlined, the mark stays.
; CHECK-LABEL: define void @caller(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr @tricolor.no_slot
; CHECK:       ret void
define linkonce_odr void @construct(ptr %p, i64 %n) {
  call void @llvm.assume(i1 true) ["align"(ptr %p, i64 1, i64 8)]
  store i64 %n, ptr %p
  ret void
}
define void @caller(ptr %p) {
  call void @construct(ptr %p, i64 5)
  ret void
}

; A local variable goes on living in a register.
; CHECK-LABEL: define i64 @local(
; CHECK-NEXT:  ret i64 %n
define i64 @local(i64 %n) {
  %p = alloca i64
  call void @construct(ptr %p, i64 %n)
  %r = load i64, ptr %p
  ret i64 %r
}

; The first object in fresh storage.
; CHECK-LABEL: define noalias noundef ptr @fresh(
; CHECK-NOT:   tricolor_
; CHECK:       ret ptr
define noalias noundef ptr @fresh() {
  %p = call ptr @_Znwm(i64 64)
  call void @llvm.assume(i1 true) ["align"(ptr %p, i64 1, i64 16)]
  %q = getelementptr i8, ptr %p, i64 16
  call void @llvm.assume(i1 true) ["align"(ptr %q, i64 1, i64 48)]
  ret ptr %p
}

; The second one.
; CHECK-LABEL: define noalias noundef ptr @not_fresh(
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(
; CHECK:       ret ptr
define noalias noundef ptr @not_fresh(ptr %v) {
  %p = call ptr @_Znwm(i64 64)
  store ptr %v, ptr %p
  call void @llvm.assume(i1 true) ["align"(ptr %p, i64 1, i64 64)]
  ret ptr %p
}

;--- cxx.ll
target triple = "x86_64-unknown-linux-gnu"
define void @number(ptr %p, i64 %n) {
  store i64 %n, ptr %p, !tbaa !2
  ret void
}
!llvm.module.flags = !{!100}
!100 = !{i32 8, !"tricolor.reused-storage", i32 2}
!0 = !{!"Simple C++ TBAA"}
!1 = !{!"omnipotent char", !0, i64 0}
!2 = !{!4, !4, i64 0}
!4 = !{!"long", !1, i64 0}
