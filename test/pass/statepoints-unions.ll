; What SROA leaves of a union has a type that does not show the pointer: the uses do.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare void @call()
declare void @reads(ptr captures(none))

; CHECK-LABEL: @variant(
; CHECK: store ptr %p, ptr %local
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 258, ptr %local) ]
define ptr @variant(ptr %p, i1 %c) {
  %local = alloca double
  store double 1.0, ptr %local
  br i1 %c, label %pointer, label %join
pointer:
  store ptr %p, ptr %local
  br label %join
join:
  call void @call()
  br i1 %c, label %use, label %exit
use:
  %q = load ptr, ptr %local
  ret ptr %q
exit:
  ret ptr null
}

; Copied from one union to another.
; CHECK-LABEL: @moved(
; CHECK: call void @reads(ptr %local) [ "deopt"(i32 {{[0-9]+}}, i32 258, ptr %local) ]
define void @moved(ptr %from) {
  %local = alloca double
  %v = load double, ptr %from
  store double %v, ptr %local
  call void @reads(ptr %local)
  ret void
}

; CHECK-LABEL: @copied(
; CHECK: call void @reads(ptr %local) [ "deopt"(i32 {{[0-9]+}}, i32 260, i32 0, i32 4, i32 0, i32 15, ptr %local) ]
define void @copied(ptr %from) {
  %local = alloca [4 x double]
  call void @llvm.memcpy.p0.p0.i64(ptr %local, ptr %from, i64 32, i1 false)
  call void @reads(ptr %local)
  ret void
}

; Numbers stay numbers.
%struct.Point = type { double, double }
; CHECK-LABEL: @numbers(
; CHECK: call void @reads(ptr %one) [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
; CHECK: call void @reads(ptr %point) [ "deopt"(i32 {{[0-9]+}}) ]
define void @numbers(ptr %from, double %x) {
  %one = alloca double
  %point = alloca %struct.Point
  %y = fadd double %x, 1.0
  store double %y, ptr %one
  call void @reads(ptr %one)
  call void @llvm.memcpy.p0.p0.i64(ptr %point, ptr %from, i64 16, i1 false)
  call void @reads(ptr %point)
  ret void
}

; A word of a pointer that a number is written to as well is not trusted.
; CHECK-LABEL: @reused(
; CHECK-COUNT-2: call void @reads(ptr %local) [ "deopt"(i32 {{[0-9]+}}, i32 258, ptr %local) ]
define void @reused(ptr %p, double %x) {
  %local = alloca ptr
  %y = fadd double %x, 1.0
  store ptr %p, ptr %local
  call void @reads(ptr %local)
  store double %y, ptr %local
  call void @reads(ptr %local)
  ret void
}
