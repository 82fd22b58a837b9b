; A map that the back end loses is a warning, and an error where the IR is verified.
; RUN: rm -rf %t && split-file %s %t
; RUN: %llc -load=%tricolor_pass -tricolor-verify-ir -O0 %t/kept.ll -filetype=obj -o %t/kept.o 2>&1 | count 0
; RUN: %llc -load=%tricolor_pass -tricolor-verify-ir -O0 %t/plain.ll -filetype=obj -o %t/plain.o 2>&1 | count 0
; RUN: %llc -load=%tricolor_pass -tricolor-verify-ir -O2 %t/kept.ll -filetype=obj -o %t/kept.o 2>&1 | count 0

; GlobalISel ignores bundles.
; RUN: %llc -load=%tricolor_pass -O0 -global-isel %t/plain.ll -filetype=obj -o %t/lost.o 2>&1 | FileCheck %s --check-prefix=WARNING
; RUN: not %llc -load=%tricolor_pass -tricolor-verify-ir -O0 -global-isel %t/plain.ll -filetype=obj -o %t/lost.o 2>&1 | FileCheck %s --check-prefix=ERROR
; WARNING: warning: tricolor-verify: in 'with': a call of 'call' had a map, which the back end lost; the frame will be scanned conservatively there
; WARNING: warning: tricolor-verify: in 'with': a call of a pointer had a map
; ERROR: error: tricolor-verify: in 'with': a call of 'call' had a map, which the back end lost
; ERROR: error: tricolor-verify: in 'with': a call of a pointer had a map

; One call of several.
; RUN: not %llc -load=%tricolor_pass -tricolor-verify-ir %t/dropped.ll -filetype=obj -o %t/dropped.o 2>&1 | FileCheck %s --check-prefix=DROPPED
; DROPPED: error: tricolor-verify: in 'one_of_two': a call of 'call' came to the back end without the map that it can have

;--- kept.ll
target triple = "x86_64-unknown-linux-gnu"
declare void @call()
declare x86_fp80 @real()
declare i32 @__gxx_personality_v0(...)
@thread = external thread_local global ptr

; Calls that the IR makes without a map, and those that the back end makes up.
define ptr @without(ptr %to, ptr %from, i64 %n, i128 %a, i128 %b) uwtable sspstrong gc "tricolor" personality ptr @__gxx_personality_v0 {
  %slot = alloca [64 x i8]
  %r = call x86_fp80 @real()
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 %n, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %slot, ptr %from, i64 64, i1 false)
  %t = call ptr @llvm.threadlocal.address.p0(ptr @thread)
  %q = sdiv i128 %a, %b
  store i128 %q, ptr %t
  invoke void @call() [ "deopt"(i32 1414678785) ]
          to label %next unwind label %pad
next:
  ret ptr %t
pad:
  %e = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %e
}

; What the fast instruction selector calls by a bare symbol is not the pointer that has a map. The call with a
; map is in another block: the rest of its own goes to the slow one.
define void @symbol(ptr %to, ptr %from, i64 %n) uwtable gc "tricolor" {
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 %n, i1 false)
  br label %next
next:
  call void %from() [ "deopt"(i32 1414678785) ]
  ret void
}

define void @jump() uwtable gc "tricolor" {
  call void @call() [ "deopt"(i32 1414678785) ]
  tail call void @call()
  ret void
}

;--- plain.ll
target triple = "x86_64-unknown-linux-gnu"
declare void @call()

define ptr @with(ptr %p, ptr %f) uwtable gc "tricolor" {
  %slot = alloca ptr
  store ptr %p, ptr %slot
  call void @call() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  call void %f() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  call void @call() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  ret ptr %p
}

;--- dropped.ll
target triple = "x86_64-unknown-linux-gnu"
declare void @call()

define ptr @one_of_two(ptr %p) uwtable gc "tricolor" {
  call void @call()
  call void @call() [ "deopt"(i32 1414678785) ]
  ret ptr %p
}
