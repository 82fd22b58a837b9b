; A local variable whose address has got out of sight may be read by others: what comes into it is told, what goes is not.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers,tricolor-verify-barriers,verify -S %s | FileCheck %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-verify-barriers -disable-output %s 2>&1 | FileCheck %s --check-prefix=MISSING

; CHECK-LABEL: define void @shared(
; CHECK:         call preserve_mostcc void @tricolor_write_barrier(ptr @tricolor.no_slot, i64 %{{.*}})
; CHECK:         store ptr %p, ptr %local
; CHECK:         call void @keep
; MISSING:     in 'shared'{{.*}}no barrier covers the write{{.*}}store ptr %p
define void @shared(ptr %p) {
  %local = alloca ptr
  store ptr %p, ptr %local
  call void @keep(ptr %local)
  ret void
}

; Neither null, nor the address of something in the frame or in a global, nor a number.
; CHECK-LABEL: define void @nothing_told(
; CHECK-NOT:     tricolor_write_barrier
; CHECK-NOT:     tricolor_bulk_barrier
; CHECK:         ret void
; MISSING-NOT: nothing_told
define void @nothing_told(i64 %n) {
  %local = alloca [4 x ptr]
  %other = alloca i32
  %second = getelementptr i8, ptr %local, i64 8
  %third = getelementptr i8, ptr %local, i64 16
  call void @llvm.memset.p0.i64(ptr %local, i8 0, i64 32, i1 false)
  store ptr null, ptr %local
  store ptr %other, ptr %second
  store i64 %n, ptr %third, !tbaa !2
  call void @keep(ptr %local)
  store ptr @constant, ptr %second
  call void @llvm.memcpy.p0.p0.i64(ptr %local, ptr @constant, i64 32, i1 false)
  ret void
}

; A callee that does not keep the address leaves it private.
; CHECK-LABEL: define void @private(
; CHECK-NOT:     tricolor_write_barrier
; CHECK:         ret void
; MISSING-NOT: in 'private'
define void @private(ptr %p) {
  %local = alloca ptr
  store ptr %p, ptr %local
  call void @look(ptr captures(none) %local)
  store ptr %p, ptr %local
  call void @look(ptr captures(none) %local)
  ret void
}

; CHECK-LABEL: define void @copied(
; CHECK:         call preserve_mostcc void @tricolor_bulk_barrier(ptr %local, ptr %from, i64 32)
; CHECK:         call void @llvm.memcpy
; MISSING:     in 'copied'{{.*}}no barrier covers the write
define void @copied(ptr %from) {
  %local = alloca [4 x ptr]
  call void @llvm.memcpy.p0.p0.i64(ptr %local, ptr %from, i64 32, i1 false)
  call void @keep(ptr %local)
  ret void
}

; An exchange too; what a choice of a shared and a private variable gets.
; CHECK-LABEL: define void @either(
; CHECK:         call preserve_mostcc void @tricolor_write_barrier(ptr @tricolor.no_slot,
; CHECK:         cmpxchg
; CHECK:         call preserve_mostcc void @tricolor_write_barrier(ptr @tricolor.no_slot,
; CHECK:         store ptr %q
define void @either(ptr %p, ptr %q, i1 %c) {
  %local = alloca ptr
  %mine = alloca ptr
  call void @keep(ptr %local)
  %done = cmpxchg ptr %local, ptr null, ptr %p seq_cst seq_cst
  call void @keep(ptr null)
  %one = select i1 %c, ptr %local, ptr %mine
  store ptr %q, ptr %one
  ret void
}

; The caller has put something into an argument that lies in memory.
; CHECK-LABEL: define void @by_value(
; CHECK:         call preserve_mostcc void @tricolor_bulk_barrier(ptr %a, ptr null, i64 24)
; CHECK:         call void @keep
; MISSING:     in 'by_value'{{.*}}nobody is told what an argument in memory brings
define void @by_value(ptr byval([3 x ptr]) %a) {
  call void @keep(ptr %a)
  ret void
}

; Also where the function begins with the write of a number, which needs no barrier itself.
; CHECK-LABEL: define void @by_value_and_number(
; CHECK:         call preserve_mostcc void @tricolor_bulk_barrier(ptr %a, ptr null, i64 24)
; CHECK:         store i64 1
define void @by_value_and_number(ptr byval([3 x ptr]) %a, ptr %counter) {
  store i64 1, ptr %counter, !tbaa !2
  call void @keep(ptr %a)
  ret void
}

; CHECK-LABEL: define void @by_value_private(
; CHECK-NOT:     tricolor_bulk_barrier
; CHECK:         ret void
; MISSING-NOT: by_value_private
define void @by_value_private(ptr byval([3 x ptr]) %a) {
  call void @look(ptr captures(none) %a)
  ret void
}

@constant = constant [4 x ptr] zeroinitializer
declare void @keep(ptr)
declare void @look(ptr captures(none))

!llvm.module.flags = !{!100}
!100 = !{i32 8, !"tricolor.reused-storage", i32 2}
!0 = !{!"Simple C++ TBAA"}
!1 = !{!"omnipotent char", !0, i64 0}
!2 = !{!3, !3, i64 0}
!3 = !{!"long", !1, i64 0}
