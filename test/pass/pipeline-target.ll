; Other targets, code models and collectors are refused.
; RUN: split-file %s %t
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor -disable-output %t/target.ll 2>&1 | FileCheck --check-prefix=TARGET %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor -disable-output %t/x32.ll 2>&1 | FileCheck --check-prefix=X32 %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor -disable-output %t/model.ll 2>&1 | FileCheck --check-prefix=MODEL %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor -disable-output %t/collector.ll 2>&1 | FileCheck --check-prefix=COLLECTOR %s

; TARGET: error: tricolor: the target 'aarch64-unknown-linux-gnu' is not supported; compile for x86_64-linux-gnu or without the plugin
; X32: error: tricolor: the target 'x86_64-unknown-linux-gnux32' is not supported
; MODEL: error: tricolor: -mcmodel=large is not supported
; COLLECTOR: error: {{.*}}in function f {{.*}}: tricolor: the function uses the garbage collector 'shadow-stack'

;--- target.ll
target triple = "aarch64-unknown-linux-gnu"
;--- x32.ll
target triple = "x86_64-unknown-linux-gnux32"
;--- model.ll
target triple = "x86_64-unknown-linux-gnu"
!llvm.module.flags = !{!0}
!0 = !{i32 1, !"Code Model", i32 4}
;--- collector.ll
target triple = "x86_64-unknown-linux-gnu"
define void @f() gc "shadow-stack" {
  ret void
}
