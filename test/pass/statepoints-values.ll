; Which scalar roots a bundle lists as values (i32 N*256+7) and which by slots (N*256+1).
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes='tricolor-statepoints<values>' -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare void @call()
declare ptr @make()
declare void @keep(ptr)
declare i32 @setjmp(ptr) returns_twice
declare x86_fp80 @unmapped()
declare i32 @personality(...)

; CHECK-LABEL: @arguments(
; CHECK-NOT: alloca
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 519, i64 %word, ptr %p) ]
define void @arguments(ptr %p, i64 %word, ptr %dead) {
  call void @keep(ptr %dead)
  call void @call()
  store i64 %word, ptr %p
  ret void
}

; The list names the call that has the bundle, not the one that it replaced.
; CHECK-LABEL: @results(
; CHECK: %a = call ptr @make() [ "deopt"(i32 {{[0-9]+}}) ]
; CHECK: %b = call ptr @make() [ "deopt"(i32 {{[0-9]+}}, i32 263, ptr %a) ]
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 519, ptr %a, ptr %b) ]
define void @results() {
  %a = call ptr @make()
  %b = call ptr @make()
  call void @call()
  store ptr %a, ptr %b
  ret void
}

; CHECK-LABEL: @invoked(
; CHECK: invoke void @call() [ "deopt"(i32 {{[0-9]+}}, i32 263, ptr %a) ]
define ptr @invoked(ptr %p) personality ptr @personality {
  %a = invoke ptr @make() to label %next unwind label %pad
next:
  invoke void @call() to label %good unwind label %pad
good:
  ret ptr %a
pad:
  %l = landingpad { ptr, i32 } cleanup
  ret ptr null
}

; The seventh argument lies in the caller's frame.
; CHECK-LABEL: @stacked(
; CHECK: store ptr %g, ptr %tricolor.slot
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot, i32 263, ptr %f) ]
define void @stacked(ptr %a, ptr %b, ptr %c, ptr %d, ptr %e, ptr %f, ptr %g) {
  call void @call()
  store ptr %f, ptr %g
  ret void
}

; CHECK-LABEL: @structs(
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot, i32 263, ptr %p) ]
define void @structs({ i64, i128 } %a, ptr %p, { i128, i64 } %b, ptr %q) {
  call void @call()
  store ptr %p, ptr %q
  ret void
}

; The back end cannot spill a callee.
; CHECK-LABEL: @called(
; CHECK: store ptr %f, ptr %tricolor.slot
; CHECK: call void %f() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
define void @called(ptr %f) {
  call void %f()
  call void %f()
  ret void
}

; The frame of a call without a map is scanned, so what is needed is stored in it.
; CHECK-LABEL: @without_map(
; CHECK: store ptr %p, ptr %tricolor.slot
; CHECK: call x86_fp80 @unmapped(){{$}}
define ptr @without_map(ptr %p) {
  %x = call x86_fp80 @unmapped()
  %end = getelementptr i8, ptr %p, i64 64
  ret ptr %end
}

; CHECK-LABEL: @twice(
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 6, i32 257, ptr %tricolor.slot) ]
define ptr @twice(ptr %p, ptr %buffer) {
  %r = call i32 @setjmp(ptr %buffer) returns_twice
  call void @call()
  ret ptr %p
}

; CHECK-LABEL: @not_optimized(
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
define ptr @not_optimized(ptr %p) noinline optnone {
  call void @call()
  ret ptr %p
}

; CHECK-LABEL: @vectors(
; CHECK: store <2 x ptr> %v, ptr %tricolor.slot
; CHECK-NOT: i32 263
define <2 x ptr> @vectors(<2 x ptr> %v) {
  call void @call()
  ret <2 x ptr> %v
}

; Nine are one too many. It is the one defined outside of the loop.
; CHECK-LABEL: @many(
; CHECK: store ptr %p, ptr %tricolor.slot
; CHECK-NOT: store ptr {{.*}}tricolor.slot
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot, i32 2055, ptr %v1, ptr %v2, ptr %v3, ptr %v4, ptr %v5, ptr %v6, ptr %v7, ptr %v8) ]
define void @many(ptr %p) {
entry:
  br label %loop
loop:
  %v1 = load volatile ptr, ptr %p
  %v2 = load volatile ptr, ptr %p
  %v3 = load volatile ptr, ptr %p
  %v4 = load volatile ptr, ptr %p
  %v5 = load volatile ptr, ptr %p
  %v6 = load volatile ptr, ptr %p
  %v7 = load volatile ptr, ptr %p
  %v8 = load volatile ptr, ptr %p
  call void @call()
  store volatile ptr %v1, ptr %p
  store volatile ptr %v2, ptr %p
  store volatile ptr %v3, ptr %p
  store volatile ptr %v4, ptr %p
  store volatile ptr %v5, ptr %p
  store volatile ptr %v6, ptr %p
  store volatile ptr %v7, ptr %p
  store volatile ptr %v8, ptr %p
  br label %loop
}
