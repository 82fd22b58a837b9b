; Block writes: intrinsics and the library's functions.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers,verify -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

@text = private constant [16 x i8] c"a constant text\00"

; CHECK-LABEL: define void @copy(
; CHECK:       load volatile i32, ptr getelementptr inbounds (i8, ptr @tricolor_control, i64 4)
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %to, ptr %from, i64 %n)
; CHECK-NEXT:  br label %[[GO:.*]]
; CHECK:       [[GO]]:
; CHECK-NEXT:  call void @llvm.memcpy
define void @copy(ptr %to, ptr %from, i64 %n) {
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 %n, i1 false)
  ret void
}

; CHECK-LABEL: define void @move_inline_atomic(
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %to, ptr %from, i64 24)
; CHECK:       call void @llvm.memmove
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %to, ptr %from, i64 16)
; CHECK:       call void @llvm.memcpy.inline
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %to, ptr %from, i64 32)
; CHECK:       call void @llvm.memcpy.element.unordered.atomic
define void @move_inline_atomic(ptr %to, ptr %from) {
  call void @llvm.memmove.p0.p0.i64(ptr %to, ptr %from, i64 24, i1 false)
  call void @llvm.memcpy.inline.p0.p0.i64(ptr %to, ptr %from, i64 16, i1 false)
  call void @llvm.memcpy.element.unordered.atomic.p0.p0.i64(ptr align 8 %to, ptr align 8 %from, i64 32, i32 8)
  ret void
}

; CHECK-LABEL: define void @set(
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %to, ptr null, i64 %wide)
define void @set(ptr %to, i32 %n) {
  %wide = zext i32 %n to i64
  call void @llvm.memset.p0.i64(ptr %to, i8 0, i64 %wide, i1 false)
  ret void
}

; Constant data brings no pointers.
; CHECK-LABEL: define void @from_constant(
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %to, ptr null, i64 16)
define void @from_constant(ptr %to) {
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr @text, i64 16, i1 false)
  ret void
}

; CHECK-LABEL: define void @none(
; CHECK-NOT:   tricolor
; CHECK:       ret void
define void @none(ptr %to, ptr %from, i64 %n) {
  %local = alloca [64 x i8]
  call void @llvm.memcpy.p0.p0.i64(ptr %local, ptr %from, i64 %n, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 7, i1 false)
  %moved = call ptr @realloc(ptr %to, i64 %n)
  ret void
}

; CHECK-LABEL: define void @library(
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %a, ptr %b, i64 %n)
; CHECK:       call ptr @memcpy
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %a, ptr %b, i64 %n)
; CHECK:       call ptr @memmove
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %a, ptr null, i64 %n)
; CHECK:       call ptr @memset
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %b, ptr %a, i64 %n)
; CHECK:       call void @bcopy
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %a, ptr %b, i64 %n)
; CHECK:       call ptr @__memcpy_chk
define void @library(ptr %a, ptr %b, i64 %n) {
  %1 = call ptr @memcpy(ptr %a, ptr %b, i64 %n)
  %2 = call ptr @memmove(ptr %a, ptr %b, i64 %n)
  %3 = call ptr @memset(ptr %a, i32 0, i64 %n)
  call void @bcopy(ptr %a, ptr %b, i64 %n)
  %4 = call ptr @__memcpy_chk(ptr %a, ptr %b, i64 %n, i64 -1)
  ret void
}

; Atomic objects larger than the machine's.
; CHECK-LABEL: define void @atomic_library(
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %object, ptr %from, i64 24)
; CHECK:       call void @__atomic_store
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %object, ptr %from, i64 24)
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %to, ptr %object, i64 24)
; CHECK:       call void @__atomic_exchange
; CHECK:       call preserve_mostcc void @tricolor_bulk_barrier(ptr %object, ptr %from, i64 24)
; CHECK-NOT:   call preserve_mostcc void @tricolor_bulk_barrier(
; CHECK:       call i1 @__atomic_compare_exchange
define void @atomic_library(ptr %object, ptr %from, ptr %to) {
  %expected = alloca [24 x i8]
  call void @__atomic_store(i64 24, ptr %object, ptr %from, i32 5)
  call void @__atomic_exchange(i64 24, ptr %object, ptr %from, ptr %to, i32 5)
  %done = call i1 @__atomic_compare_exchange(i64 24, ptr %object, ptr %expected, ptr %from, i32 5, i32 5)
  ret void
}

declare void @__atomic_store(i64, ptr, ptr, i32)
declare void @__atomic_exchange(i64, ptr, ptr, ptr, i32)
declare i1 @__atomic_compare_exchange(i64, ptr, ptr captures(none), ptr, i32, i32)
declare ptr @memcpy(ptr, ptr, i64)
declare ptr @memmove(ptr, ptr, i64)
declare ptr @memset(ptr, i32, i64)
declare void @bcopy(ptr, ptr, i64)
declare ptr @__memcpy_chk(ptr, ptr, i64, i64)
declare ptr @realloc(ptr, i64)
