; Which calls carry a bundle: every call that may block or collect, also with nothing to list.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare void @external()
declare i64 @strlen(ptr)
declare double @sin(double)
declare void @marked() "gc-leaf-function"
declare void @tricolor_write_barrier(ptr, i64)
declare preserve_mostcc void @tricolor_poll()
declare i32 @setjmp(ptr) returns_twice

; CHECK-LABEL: define void @calls(ptr %function) {{.*}}gc "tricolor" {
; CHECK: call void @external() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
; CHECK: call void %function() [ "deopt"(i32 {{[0-9]+}}) ]
; CHECK: call preserve_mostcc void @tricolor_poll(){{.*}} [ "deopt"(i32 {{[0-9]+}}) ]
define void @calls(ptr %function) {
  call void @external()
  call void %function()
  call preserve_mostcc void @tricolor_poll()
  ret void
}

; Leaves, intrinsics, assembly and setjmp do not. A function without any safepoint is managed too.
; CHECK-LABEL: define i64 @leaves({{.*}} gc "tricolor" {
; CHECK-NOT: deopt
; CHECK: ret i64
define i64 @leaves(ptr %p, ptr %q, double %x) {
  %length = call i64 @strlen(ptr %p)
  %sine = call double @sin(double %x)
  call void @marked()
  call preserve_mostcc void @tricolor_write_barrier(ptr %p, i64 0)
  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr %q, i64 8, i1 false)
  call void asm sideeffect "nop", "~{memory}"()
  %again = call i32 @setjmp(ptr %q)
  ret i64 %length
}

; A function of the program that is called like one of the C library is no leaf.
; CHECK-LABEL: define i64 @caller(
; CHECK: call i64 @strnlen(ptr %p, i64 5) [ "deopt"
define i64 @caller(ptr %p) {
  %n = call i64 @strnlen(ptr %p, i64 5)
  %m = add i64 %n, 1
  ret i64 %m
}
define i64 @strnlen(ptr %p, i64 %n) {
  ret i64 0
}

; CHECK-LABEL: define available_externally void @copy() {
define available_externally void @copy() {
  call void @external()
  ret void
}

; CHECK-LABEL: define void @naked() #{{[0-9]+}} {
define void @naked() naked {
  call void @external()
  unreachable
}
