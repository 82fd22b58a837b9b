; Pointers where the collector does not look are errors.
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-global-masks,tricolor-globals -disable-output %s 2>&1 | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

; CHECK: error: tricolor: the global 'packed' has a pointer that is not at a multiple of 8 bytes
@packed = global <{ i8, ptr }> zeroinitializer
; CHECK: error: tricolor: the global 'tentative' is a tentative definition{{.*}}-fno-common
@tentative = common global ptr null
