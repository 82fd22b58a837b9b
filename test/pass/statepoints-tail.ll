; Tail calls stay tail calls; a call that only carries the flag loses it with its bundle.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare ptr @callee(ptr)
declare ptr @in_memory(ptr, ptr, ptr, ptr, ptr, ptr, ptr)

; CHECK-LABEL: @tail(
; CHECK: %r = tail call ptr @callee(ptr %p)
; CHECK-NEXT: ret ptr %r
define ptr @tail(ptr %p) {
  %r = tail call ptr @callee(ptr %p)
  ret ptr %r
}

; CHECK-LABEL: @must(
; CHECK: musttail call ptr @callee(ptr %p)
; CHECK-NEXT: ret
define ptr @must(ptr %p) {
  %r = musttail call ptr @callee(ptr %p)
  ret ptr %r
}

; CHECK-LABEL: @used_after(
; CHECK: %r = call ptr @callee(ptr %p) [ "deopt"
define ptr @used_after(ptr %p) {
  %r = tail call ptr @callee(ptr %p)
  %v = load ptr, ptr %r
  ret ptr %v
}

; CodeGenPrepare copies the shared return behind each call.
; CHECK-LABEL: @shared_return(
; CHECK: %r = tail call ptr @callee(ptr %p)
; CHECK-NEXT: br label
; CHECK: %s = tail call ptr @callee(ptr null)
; CHECK-NEXT: br label
define ptr @shared_return(ptr %p, i1 %c) {
  br i1 %c, label %one, label %two
one:
  %r = tail call ptr @callee(ptr %p)
  br label %exit
two:
  %s = tail call ptr @callee(ptr null)
  br label %exit
exit:
  %t = phi ptr [ %r, %one ], [ %s, %two ]
  ret ptr %t
}

; The optimizer's convention for local functions is C's in all that matters here.
; CHECK-LABEL: @other_convention(
; CHECK: %r = tail call ptr %f(ptr %p)
; CHECK-NEXT: ret
define fastcc ptr @other_convention(ptr %p, ptr %f) {
  %r = tail call ptr %f(ptr %p)
  ret ptr %r
}

; A cold function preserves more.
; CHECK-LABEL: @unlike_convention(
; CHECK: %r = call ptr %f(ptr %p) [ "deopt"
define coldcc ptr @unlike_convention(ptr %p, ptr %f) {
  %r = tail call ptr %f(ptr %p)
  ret ptr %r
}

; Not where the back end cannot make it one: more arguments than registers, other result.
; CHECK-LABEL: @memory_arguments(
; CHECK: %r = call ptr @in_memory({{.*}}) [ "deopt"
define ptr @memory_arguments(ptr %p) {
  %r = tail call ptr @in_memory(ptr %p, ptr %p, ptr %p, ptr %p, ptr %p, ptr %p, ptr %p)
  ret ptr %r
}

; CHECK-LABEL: @disabled(
; CHECK: %r = call ptr @callee(ptr %p) [ "deopt"
define ptr @disabled(ptr %p) "disable-tail-calls"="true" {
  %r = tail call ptr @callee(ptr %p)
  ret ptr %r
}

; CHECK-LABEL: @other_result(
; CHECK: call ptr @callee(ptr %p) [ "deopt"
define ptr @other_result(ptr %p) {
  %r = tail call ptr @callee(ptr null)
  %s = tail call ptr @callee(ptr %p)
  ret ptr %r
}
