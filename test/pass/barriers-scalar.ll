; Which single-word writes get a barrier, and its exact shape.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers,verify -S %s | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

@global = global ptr null

; CHECK: @tricolor_control = external dso_local global { i32, i32 }, align 8

; CHECK-LABEL: define void @pointer(
; CHECK:       [[FLAG:%.*]] = load volatile i32, ptr getelementptr inbounds (i8, ptr @tricolor_control, i64 4), align 4
; CHECK-NEXT:  [[SET:%.*]] = icmp ne i32 [[FLAG]], 0
; CHECK-NEXT:  br i1 [[SET]], label %[[COLD:.*]], label %[[GO:.*]], !prof [[UNLIKELY:!.*]]
; CHECK:       [[COLD]]:
; CHECK-NEXT:  [[WORD:%.*]] = ptrtoint ptr %value to i64
; CHECK-NEXT:  call preserve_mostcc void @tricolor_write_barrier(ptr %slot, i64 [[WORD]])
; CHECK-NEXT:  br label %[[GO]]
; CHECK:       [[GO]]:
; CHECK-NEXT:  store ptr %value, ptr %slot
define void @pointer(ptr %slot, ptr %value) {
  store ptr %value, ptr %slot
  ret void
}

; The overwritten word matters, so a null is no reason to leave it out.
; CHECK-LABEL: define void @null(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %slot, i64 0)
define void @null(ptr %slot) {
  store ptr null, ptr %slot
  ret void
}

; CHECK-LABEL: define void @constant(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr @global, i64 ptrtoint (ptr @constant to i64))
define void @constant() {
  store ptr @constant, ptr @global
  ret void
}

; CHECK-LABEL: define void @integer(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %slot, i64 %value)
; CHECK:       store i64 %value, ptr %slot
define void @integer(ptr %slot, i64 %value) {
  store i64 %value, ptr %slot
  ret void
}

; CHECK-LABEL: define void @scalars(
; CHECK-NOT:   tricolor
; CHECK:       ret void
define void @scalars(ptr %slot, i32 %i, double %d, i8 %b, <4 x float> %v, x86_fp80 %x) {
  store i32 %i, ptr %slot
  store double %d, ptr %slot, !tbaa !2
  store i8 %b, ptr %slot
  store <4 x float> %v, ptr %slot, !tbaa !3
  store x86_fp80 %x, ptr %slot, !tbaa !4
  ret void
}

; A double of which nobody says that it is one may cover a pointer (a union's member) or bring one.
; CHECK-LABEL: define void @covering(
; CHECK:       [[BITS:%.*]] = bitcast double %d to i64
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %slot, i64 [[BITS]])
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %other, i64 0)
; CHECK-NOT:   call preserve_mostcc void @tricolor_write_barrier(
; CHECK:       ret void
define void @covering(ptr %slot, ptr %other, double %d, x86_fp80 %x) {
  store double %d, ptr %slot, !tbaa !5
  call void asm sideeffect "nop", "~{memory}"()
  store x86_fp80 %x, ptr %other
  ret void
}

; The stack is scanned as a whole.
; CHECK-LABEL: define void @locals(
; CHECK-NOT:   tricolor
; CHECK:       ret void
define void @locals(ptr %value, i1 %c, i64 %n) {
entry:
  %a = alloca [4 x ptr]
  %b = alloca ptr
  %d = alloca ptr, i64 %n
  store ptr %value, ptr %b
  %field = getelementptr inbounds i8, ptr %a, i64 8
  store ptr %value, ptr %field
  %either = select i1 %c, ptr %field, ptr %b
  store ptr %value, ptr %either
  br i1 %c, label %loop, label %end
loop:
  %walk = phi ptr [ %a, %entry ], [ %next, %loop ]
  store ptr %value, ptr %walk
  %next = getelementptr ptr, ptr %walk, i64 1
  br i1 %c, label %loop, label %end
end:
  store ptr %value, ptr %d
  ret void
}

; CHECK-LABEL: define void @maybe_local(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
define void @maybe_local(ptr %heap, ptr %value, i1 %c) {
  %a = alloca ptr
  %either = select i1 %c, ptr %heap, ptr %a
  store ptr %value, ptr %either
  ret void
}

; A call's result is nobody's stack.
; CHECK-LABEL: define void @escaped(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
define void @escaped(ptr %value) {
  %a = alloca ptr
  %q = call ptr @identity(ptr %a)
  store ptr %value, ptr %q
  ret void
}
declare ptr @identity(ptr)

; CHECK-LABEL: define void @naked(
; CHECK-NOT:   tricolor
; CHECK:       unreachable
define void @naked() naked {
  call void asm sideeffect "ret", ""()
  unreachable
}

; CHECK: declare preserve_mostcc void @tricolor_write_barrier(ptr captures(none), i64) [[ATTRS:#[0-9]+]]
; CHECK: attributes [[ATTRS]] = { cold nounwind }
!0 = !{!"Simple C++ TBAA"}
!1 = !{!"omnipotent char", !0, i64 0}
!2 = !{!6, !6, i64 0}
!3 = !{!7, !7, i64 0}
!4 = !{!8, !8, i64 0}
!5 = !{!1, !1, i64 0}
!6 = !{!"double", !1, i64 0}
!7 = !{!"float", !1, i64 0}
!8 = !{!"long double", !1, i64 0}

; CHECK: [[UNLIKELY]] = !{!"branch_weights", i32 1, i32 1048575}
