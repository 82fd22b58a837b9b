; In optimized code the arguments of a barrier are instructions behind its call: two words a call, in
; whatever registers they are, and no frame for the sake of the call.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers,tricolor-encoded-barriers,verify -S %s -o %t.ll
; RUN: FileCheck --check-prefix=IR %s < %t.ll
; RUN: %llc -O2 %t.ll -o - | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

@global = global ptr null

; IR-LABEL: define void @one(
; IR:       call void asm sideeffect "call tricolor_store_barrier_1@PLT\0A\09testq ${1:q}, $0", "*m,r,~{r10},~{r11},~{dirflag},~{fpsr},~{flags},~{memory}"(ptr elementtype(i64) %field, i64 %{{.*}})
; CHECK-LABEL: one:
; CHECK-NOT:   push
; CHECK-NOT:   sub
; CHECK:       callq tricolor_store_barrier_1@PLT
; CHECK-NEXT:  testq %rsi, 8(%rdi)
; CHECK:       movq %rsi, 8(%rdi)
define void @one(ptr %object, ptr %value) {
  %field = getelementptr i8, ptr %object, i64 8
  store ptr %value, ptr %field
  ret void
}

; A constant is no object: only what was there is remembered.
; CHECK-LABEL: constants:
; CHECK:       callq tricolor_store_barrier_2@PLT
; CHECK-NEXT:  testl %esp, (%rdi)
; CHECK-NEXT:  testl %esp, 8(%rdi)
define void @constants(ptr %object) {
  %field = getelementptr i8, ptr %object, i64 8
  store ptr null, ptr %object
  store ptr @global, ptr %field
  ret void
}

; CHECK-LABEL: addresses:
; CHECK:       callq tricolor_store_barrier_2@PLT
; CHECK-NEXT:  testq %rdx, 16(%rdi,%rsi,8)
; CHECK-NEXT:  testq %rdx, {{.*}}(%r{{.*}})
; CHECK:       callq tricolor_store_barrier_1@PLT
define void @addresses(ptr %array, i64 %i, ptr %value) {
  %element = getelementptr ptr, ptr %array, i64 %i
  %slot = getelementptr i8, ptr %element, i64 16
  store ptr %value, ptr %slot
  store ptr %value, ptr @global
  store ptr %value, ptr %array
  ret void
}

; A block's barrier is a call.
; IR-LABEL: define void @block(
; IR:       call preserve_mostcc void @tricolor_bulk_barrier(
define void @block(ptr %to, ptr %from) {
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 64, i1 false)
  ret void
}

; The call writes where the red zone is. No vector register is changed but the upper parts of large ones.
; CHECK-LABEL: spills:
; CHECK:       sub{{.*}}, %rsp
; CHECK:       callq tricolor_store_barrier_1@PLT
; CHECK-NOT:   xmm
; CHECK:       movq %rsi, (%rdi)
define double @spills(ptr %slot, ptr %value, double %x) {
  %local = alloca [4 x i64]
  store volatile i64 1, ptr %local
  store ptr %value, ptr %slot
  %l = load volatile i64, ptr %local
  ret double %x
}

; IR-LABEL: define void @avx(
; IR:       ~{memory},~{xmm0},{{.*}},~{xmm31},~{k0},{{.*}},~{k7}"
define void @avx(ptr %slot, ptr %value) "target-features"="+avx2" {
  store ptr %value, ptr %slot
  ret void
}

; IR-LABEL: define void @haswell(
; IR:       ~{memory},~{xmm0},
define void @haswell(ptr %slot, ptr %value) "target-cpu"="haswell" {
  store ptr %value, ptr %slot
  ret void
}

; Registers that the instructions cannot name, and functions that are not optimized.
; IR-LABEL: define void @apx(
; IR:       call preserve_mostcc void @tricolor_write_barrier(
define void @apx(ptr %slot, ptr %value) "target-features"="+egpr" {
  store ptr %value, ptr %slot
  ret void
}

; IR-LABEL: define void @unoptimized(
; IR:       call preserve_mostcc void @tricolor_write_barrier(
define void @unoptimized(ptr %slot, ptr %value) noinline optnone {
  store ptr %value, ptr %slot
  ret void
}

; IR-LABEL: define preserve_allcc void @preserving(
; IR:       call preserve_mostcc void @tricolor_write_barrier(
define preserve_allcc void @preserving(ptr %slot, ptr %value) {
  store ptr %value, ptr %slot
  ret void
}
