; Atomic writes.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers,verify -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define void @store(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %slot, i64 %value)
; CHECK-NEXT:  br label
; CHECK:       store atomic i64 %value, ptr %slot release, align 8
define void @store(ptr %slot, i64 %value) {
  store atomic i64 %value, ptr %slot release, align 8
  ret void
}

; CHECK-LABEL: define ptr @exchange(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
; CHECK:       atomicrmw xchg ptr %slot, ptr %value seq_cst
define ptr @exchange(ptr %slot, ptr %value) {
  %old = atomicrmw xchg ptr %slot, ptr %value seq_cst
  ret ptr %old
}

; CHECK-LABEL: define i1 @compare_exchange(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %slot, i64 %new)
; CHECK:       cmpxchg ptr %slot, i64 %old, i64 %new
define i1 @compare_exchange(ptr %slot, i64 %old, i64 %new) {
  %pair = cmpxchg ptr %slot, i64 %old, i64 %new seq_cst seq_cst
  %done = extractvalue { i64, i1 } %pair, 1
  ret i1 %done
}

; Two words at once.
; CHECK-LABEL: define void @compare_exchange_16(
; CHECK:       [[LOW:%.*]] = trunc i128 %new to i64
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %slot, i64 [[LOW]])
; CHECK:       [[SHIFTED:%.*]] = lshr i128 %new, 64
; CHECK:       [[HIGH:%.*]] = trunc i128 [[SHIFTED]] to i64
; CHECK:       [[SECOND:%.*]] = getelementptr i8, ptr %slot, i64 8
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr [[SECOND]], i64 [[HIGH]])
; CHECK:       cmpxchg ptr %slot
define void @compare_exchange_16(ptr %slot, i128 %old, i128 %new) {
  %pair = cmpxchg ptr %slot, i128 %old, i128 %new seq_cst seq_cst
  ret void
}

; Counters and tags leave the slot referring to the object it referred to.
; CHECK-LABEL: define void @arithmetic(
; CHECK-NOT:   tricolor
; CHECK:       ret void
define void @arithmetic(ptr %slot, i64 %value) {
  %a = atomicrmw add ptr %slot, i64 %value seq_cst
  %o = atomicrmw or ptr %slot, i64 1 seq_cst
  %n = atomicrmw and ptr %slot, i64 -2 seq_cst
  %f = atomicrmw xchg ptr %slot, i32 0 seq_cst
  ret void
}

; CHECK-LABEL: define void @maximum(
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
define void @maximum(ptr %slot, i64 %value) {
  %m = atomicrmw umax ptr %slot, i64 %value seq_cst
  ret void
}
