; The registers with variadic arguments lie in a part of the frame that is no variable: a variadic
; function's calls list the whole frame, since its caller may be gone (a call in tail position).
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare void @call()

; CHECK-LABEL: @variadic(
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 6{{[,)]}}
define void @variadic(i32 %n, ...) {
  %list = alloca [1 x { i32, i32, ptr, ptr }], align 16
  call void @llvm.va_start.p0(ptr %list)
  call void @call()
  call void @llvm.va_end.p0(ptr %list)
  ret void
}

; CHECK-LABEL: @ordinary(
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}) ]
define void @ordinary(i32 %n) {
  call void @call()
  ret void
}
