; Pointers where the collector does not look are errors.
; RUN: split-file %s %t
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-global-masks -disable-output %t/packed.ll 2>&1 | FileCheck --check-prefix=PACKED %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-global-masks,tricolor-globals -disable-output %t/tentative.ll 2>&1 | FileCheck --check-prefix=TENTATIVE %s

; PACKED: error: tricolor: the global 'packed' has a pointer that is not at a multiple of 8 bytes
; TENTATIVE: error: tricolor: the global 'tentative' is a tentative definition{{.*}}-fno-common

;--- packed.ll
target triple = "x86_64-unknown-linux-gnu"
@packed = global <{ i8, ptr }> zeroinitializer
;--- tentative.ll
target triple = "x86_64-unknown-linux-gnu"
@tentative = common global ptr null
@number = common global i32 0
