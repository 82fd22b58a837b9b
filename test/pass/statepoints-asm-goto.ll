; The result of an asm goto exists on several edges: it is stored at the calls.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare void @call()

; CHECK: store ptr %p, ptr %tricolor.slot
; CHECK-NEXT: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
; CHECK: store ptr %p, ptr %tricolor.slot
; CHECK-NEXT: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
define i8 @jumps() {
entry:
  %p = callbr ptr asm "", "=r,!i"() to label %next [label %other]
next:
  call void @call()
  br label %exit
other:
  call void @call()
  br label %exit
exit:
  %v = load i8, ptr %p
  ret i8 %v
}
