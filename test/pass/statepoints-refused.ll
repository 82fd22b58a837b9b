; What cannot be described is an error, never skipped.
; RUN: split-file %s %t
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-statepoints -S %t/gc.ll 2>&1 | FileCheck --check-prefix=GC %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-statepoints -S %t/deopt.ll 2>&1 | FileCheck --check-prefix=DEOPT %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-statepoints -S %t/patchpoint.ll 2>&1 | FileCheck --check-prefix=PATCH %s

; GC: function 'f' has gc "statepoint-example"; it cannot be mixed with Tricolor's
; DEOPT: a call in 'f' already has a deopt bundle
; PATCH: 'f' uses llvm.experimental.stackmap, whose stack maps cannot be mixed with Tricolor's

;--- gc.ll
define void @f() gc "statepoint-example" {
  ret void
}
;--- deopt.ll
declare void @g()
define void @f() {
  call void @g() [ "deopt"(i32 1) ]
  ret void
}
;--- patchpoint.ll
declare void @llvm.experimental.stackmap(i64, i32, ...)
define void @f() {
  call void (i64, i32, ...) @llvm.experimental.stackmap(i64 1, i32 0)
  ret void
}
