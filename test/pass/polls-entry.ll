; Functions that may be part of a cycle of calls poll at their entry.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=test -passes=tricolor-polls,verify -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

; After the allocas and the stores of the arguments that -O0 code begins with.
; CHECK-LABEL: define void @recursive(
; CHECK:       %slot = alloca ptr
; CHECK-NEXT:  %local = alloca i32
; CHECK-NEXT:  store ptr %p, ptr %slot
; CHECK-NEXT:  load volatile i32, ptr @tricolor_control
; CHECK:       call preserve_mostcc void @tricolor_poll()
; CHECK:       store i32 0, ptr %local
; CHECK:       call void @recursive
define void @recursive(ptr %p) {
  %slot = alloca ptr
  %local = alloca i32
  store ptr %p, ptr %slot
  store i32 0, ptr %local
  call void @recursive(ptr %p)
  ret void
}

; CHECK-LABEL: define void @unknown(
; CHECK:       call preserve_mostcc void @tricolor_poll()
define void @unknown() {
  call void @external()
  ret void
}

; CHECK-LABEL: define void @indirect(
; CHECK:       call preserve_mostcc void @tricolor_poll()
define void @indirect(ptr %f) {
  call void %f()
  ret void
}

; CHECK-LABEL: define void @leaf(
; CHECK-NOT:   tricolor_poll
; CHECK:       ret void
define void @leaf(ptr %p) {
  store i32 0, ptr %p
  ret void
}

; CHECK-LABEL: define i64 @calls_what_never_calls_back(
; CHECK-NOT:   tricolor_poll
; CHECK:       ret i64
define i64 @calls_what_never_calls_back(ptr %p) {
  call void @llvm.memset.p0.i64(ptr %p, i8 0, i64 8, i1 false)
  call void asm sideeffect "", "~{memory}"()
  call void @quiet()
  call void @bounded(ptr %p)
  %n = call i64 @strlen(ptr %p)
  ret i64 %n
}

; CHECK-LABEL: define void @bounded(
; CHECK-NOT:   tricolor_poll
; CHECK:       ret void
define void @bounded(ptr %p) norecurse {
  call void @external()
  ret void
}

; CHECK-LABEL: define void @sorts(
; CHECK:       call preserve_mostcc void @tricolor_poll()
define void @sorts(ptr %p) {
  call void @qsort(ptr %p, i64 2, i64 8, ptr @external)
  ret void
}

; The runtime's functions do not call back, but those that sort.
; CHECK-LABEL: define void @sorts_in_the_runtime(
; CHECK:       call preserve_mostcc void @tricolor_poll()
define void @sorts_in_the_runtime(ptr %p) {
  call void @tricolor_qsort(ptr %p, i64 2, i64 8, ptr @external)
  ret void
}

; CHECK-LABEL: define void @sorts_with_an_argument(
; CHECK:       call preserve_mostcc void @tricolor_poll()
define void @sorts_with_an_argument(ptr %p) {
  call void @tricolor_qsort_r(ptr %p, i64 2, i64 8, ptr @external, ptr %p)
  ret void
}

; CHECK-LABEL: define ptr @allocates(
; CHECK-NOT:   tricolor_poll
; CHECK:       ret ptr
define ptr @allocates(i64 %n) {
  %p = call ptr @tricolor_new_noscan(i64 %n)
  ret ptr %p
}

declare void @tricolor_qsort(ptr, i64, i64, ptr)
declare void @tricolor_qsort_r(ptr, i64, i64, ptr, ptr)
declare ptr @tricolor_new_noscan(i64)
declare void @external()
declare void @quiet() nocallback
declare i64 @strlen(ptr)
declare void @qsort(ptr, i64, i64, ptr)
