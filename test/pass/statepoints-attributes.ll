; What no longer holds of a function or call that waits for the collector is dropped.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare i32 @pure(i32) memory(none) nosync nounwind

; CHECK: define i32 @function(i32 %x) #[[F:[0-9]+]] gc "tricolor"
; CHECK: call i32 @pure(i32 %x) #[[C:[0-9]+]] [ "deopt"
; CHECK: call i32 @pure(i32 %y) #[[C]] [ "deopt"
; CHECK-DAG: attributes #[[F]] = { noinline nounwind uwtable }
; CHECK-DAG: attributes #[[C]] = { nounwind }
define i32 @function(i32 %x) memory(none) nosync nounwind noinline {
  %y = call i32 @pure(i32 %x) memory(none) nosync nounwind
  %z = call i32 @pure(i32 %y) memory(none) nosync nounwind
  %w = add i32 %z, 1
  ret i32 %w
}
