; Where setjmp may return again, a root is stored where it is defined and nowhere else. A poll that a longjmp
; leads to but that the definition does not dominate lists the slot; it cannot store the root.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare i32 @setjmp(ptr) returns_twice
declare void @call()
declare void @use(ptr)
declare void @tricolor_poll()

; CHECK-LABEL: @loop(
; CHECK: store ptr null, ptr %tricolor.slot
; CHECK: poll:
; CHECK-NEXT: call void @tricolor_poll(){{.*}} [ "deopt"(i32 {{[0-9]+}}, {{.*}}ptr %tricolor.slot
; CHECK: %p = load ptr, ptr %field
; CHECK-NEXT: store ptr %p, ptr %tricolor.slot
; CHECK-NOT: store ptr %p
; CHECK: ret void
define void @loop(ptr %buffer, ptr %field, i1 %c) {
  br label %header
header:
  br i1 %c, label %poll, label %body
poll:
  call void @tricolor_poll()
  br label %body
body:
  %p = load ptr, ptr %field
  call void @call()
  %again = call i32 @setjmp(ptr %buffer)
  call void @use(ptr %p)
  br i1 %c, label %header, label %exit
exit:
  call void @use(ptr %p)
  ret void
}
