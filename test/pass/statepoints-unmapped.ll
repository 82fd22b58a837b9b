; Calls that the back end cannot lower with a bundle get none; what is live lies in slots all the same.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s -o %t.ll
; RUN: FileCheck %s < %t.ll
; RUN: %llc -load=%tricolor_pass %t.ll -filetype=obj -o %t.o

target triple = "x86_64-unknown-linux-gnu"

declare x86_fp80 @real()
declare { x86_fp80, x86_fp80 } @complex()
declare { i64, i64, i64, i64 } @demoted()
declare <4 x i64> @wide_vector()
declare <8 x i1> @mask()
declare i200 @wide_integer()
declare fp128 @quad()
declare void @other() 
declare i32 @setjmp(ptr) returns_twice

; CHECK-LABEL: @unmapped(
; CHECK: store ptr %p, ptr %tricolor.slot
; CHECK-NOT: deopt
; CHECK: ret void
define void @unmapped(ptr %p) {
  %a = call x86_fp80 @real()
  %b = call { x86_fp80, x86_fp80 } @complex()
  %c = call { i64, i64, i64, i64 } @demoted()
  %d = call <4 x i64> @wide_vector()
  %e = call <8 x i1> @mask()
  %f = call i200 @wide_integer()
  %g = call fp128 @quad()
  call void @other() [ "kcfi"(i32 7) ]
  store i8 0, ptr %p
  ret void
}

; CHECK-LABEL: @retpoline(
; CHECK: call void %f(){{$}}
; CHECK: call void @other() [ "deopt"
define void @retpoline(ptr %f) "target-features"="+retpoline-indirect-calls" {
  call void %f()
  call void @other()
  ret void
}

; With wider registers a wider vector comes back in one.
; CHECK-LABEL: @avx(
; CHECK: call <4 x i64> @wide_vector() [ "deopt"
define void @avx() "target-features"="+avx" {
  %d = call <4 x i64> @wide_vector()
  ret void
}

; These do carry one.
declare { i64, ptr } @two_words()
declare { double, ptr } @mixed()
declare i128 @integer()
declare <2 x float> @floats()
; CHECK-LABEL: @mapped(
; CHECK: call { i64, ptr } @two_words() [ "deopt"
; CHECK: call { double, ptr } @mixed() [ "deopt"
; CHECK: call i128 @integer() [ "deopt"
; CHECK: call <2 x float> @floats() [ "deopt"
define void @mapped() {
  %a = call { i64, ptr } @two_words()
  %b = call { double, ptr } @mixed()
  %c = call i128 @integer()
  %d = call <2 x float> @floats()
  ret void
}

; The back end would call element 0 of the pair.
; CHECK-LABEL: @callee_in_aggregate(
; CHECK: %callee = call ptr asm "", "=r,0"(ptr %f)
; CHECK: call void %callee() [ "deopt"
define void @callee_in_aggregate(ptr %p) {
  %pair = load { ptr, ptr }, ptr %p
  %f = extractvalue { ptr, ptr } %pair, 1
  call void %f()
  ret void
}

; After setjmp what is live there stays listed at every call from which longjmp may return to it.
; CHECK-LABEL: @twice(
; CHECK: first:
; CHECK: call void @other() [ "deopt"(i32 {{[0-9]+}}, i32 6, i32 257, ptr %tricolor.slot) ]
define i32 @twice(ptr %p, ptr %b) {
  %r = call i32 @setjmp(ptr %b) returns_twice
  %c = icmp eq i32 %r, 0
  br i1 %c, label %first, label %second
first:
  call void @other()
  ret i32 0
second:
  %v = load i32, ptr %p
  ret i32 %v
}

; The back end cannot harden a call with a bundle.
; CHECK-LABEL: @hardened(
; CHECK: call void @other(){{$}}
define void @hardened() speculative_load_hardening {
  call void @other()
  ret void
}
