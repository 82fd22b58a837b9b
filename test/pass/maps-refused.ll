; The printer never leaves out what it does not understand.
; RUN: split-file %s %t
; RUN: not %llc -load=%tricolor_pass %t/foreign.ll -o - 2>&1 | FileCheck --check-prefix=FOREIGN %s
; RUN: not %llc -load=%tricolor_pass %t/register.ll -o - 2>&1 | FileCheck --check-prefix=VALUE %s
; RUN: not %llc -load=%tricolor_pass %t/short.ll -o - 2>&1 | FileCheck --check-prefix=SHORT %s
; RUN: not %llc -load=%tricolor_pass -basic-block-sections=all %t/good.ll -o - 2>&1 | FileCheck --check-prefix=SPLIT %s
; RUN: not %llc -load=%tricolor_pass -mtriple=aarch64-linux-gnu %t/good.ll -o - 2>&1 | FileCheck --check-prefix=TARGET %s

; FOREIGN: tricolor: cannot write the stack maps of function 'f': a call site has a deopt bundle that is not from tricolor-statepoints
; VALUE: tricolor: cannot write the stack maps of function 'f': a root is not a fixed place of the frame but a
; SHORT: tricolor: cannot write the stack maps of function 'f': a root bundle is cut short
; SPLIT: tricolor: functions that are split over several sections cannot be described
; TARGET: tricolor: target 'aarch64-unknown-linux-gnu' is not supported

;--- foreign.ll
target triple = "x86_64-unknown-linux-gnu"
declare void @g()
define void @f() gc "tricolor" {
  call void @g() [ "deopt"(i32 1) ]
  ret void
}
;--- register.ll
target triple = "x86_64-unknown-linux-gnu"
declare void @g()
define ptr @f(ptr %p) gc "tricolor" {
  call void @g() [ "deopt"(i32 1414678785, i32 257, ptr %p) ]
  ret ptr %p
}
;--- short.ll
target triple = "x86_64-unknown-linux-gnu"
declare void @g()
define void @f() gc "tricolor" {
  %a = alloca ptr
  call void @g() [ "deopt"(i32 1414678785, i32 513, ptr %a) ]
  ret void
}
;--- good.ll
declare void @g()
define void @f() gc "tricolor" {
  call void @g() [ "deopt"(i32 1414678785) ]
  ret void
}
