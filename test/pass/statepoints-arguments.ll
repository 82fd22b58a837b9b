; Arguments that lie in this frame during a call, and the callee's view of those passed by value.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

%struct.Three = type { ptr, i64, ptr }

declare void @call()
declare void @variadic(i32, ...)
declare void @seven(i64, i64, i64, i64, i64, i64, ptr)
declare void @takes(ptr byval(%struct.Three))

; What the callee fetches later, by va_arg or from memory, is listed by the caller.
; CHECK-LABEL: @variadic_call(
; CHECK: call void (i32, ...) @variadic(i32 1, ptr %p) [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
define void @variadic_call(ptr %p) {
  call void (i32, ...) @variadic(i32 1, ptr %p)
  ret void
}

; CHECK-LABEL: @in_memory(
; CHECK: call void @seven({{.*}}, ptr %p) [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
define void @in_memory(ptr %p) {
  call void @seven(i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, ptr %p)
  ret void
}

; CHECK-LABEL: @by_value_call(
; CHECK: call void @llvm.memcpy.p0.p0.i64(ptr align 8 %argument.copy, ptr %p, i64 24, i1 false)
; CHECK: call void @takes(ptr byval(%struct.Three) %argument.copy) [ "deopt"(i32 {{[0-9]+}}, i32 260, i32 0, i32 3, i32 5, i32 2, ptr %argument.copy) ]
define void @by_value_call(ptr %p) {
  call void @takes(ptr byval(%struct.Three) %p)
  ret void
}

; A parameter passed by value is a local variable of the callee.
; CHECK-LABEL: @by_value(
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 260, i32 0, i32 3, i32 5, i32 2, ptr %x) ]
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}) ]
define i64 @by_value(ptr byval(%struct.Three) %x) {
  call void @call()
  %v = load i64, ptr %x
  call void @call()
  %w = mul i64 %v, 3
  ret i64 %w
}
