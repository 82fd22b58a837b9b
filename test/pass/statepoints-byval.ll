; What is passed by value lies in the caller's frame and is the callee's to change. A callee that has a
; call without a map, whose frame is scanned as a whole, keeps it in its own frame.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

%struct.Three = type { ptr, i64, ptr }

declare void @call()
declare x86_fp80 @unmapped()
declare i64 @strlen(ptr)

; CHECK-LABEL: @copied(
; CHECK: %[[COPY:.*]] = alloca %struct.Three
; CHECK: call void @llvm.memcpy.p0.p0.i64(ptr align 8 %[[COPY]], ptr align 8 %three, i64 24, i1 false)
; CHECK: store ptr %p, ptr %[[COPY]]
; CHECK: call x86_fp80 @unmapped()
; CHECK: call void @call() [ "deopt"({{.*}}ptr %[[COPY]]) ]
define ptr @copied(ptr byval(%struct.Three) align 8 %three, ptr %p) {
  store ptr %p, ptr %three
  %number = call x86_fp80 @unmapped()
  call void @call()
  %q = load ptr, ptr %three
  ret ptr %q
}

; CHECK-LABEL: @leaf(
; CHECK: call void @llvm.memcpy
define ptr @leaf(ptr byval(%struct.Three) align 8 %three, ptr %p) {
  store ptr %p, ptr %three
  %number = call i64 @strlen(ptr %p)
  %q = load ptr, ptr %three
  ret ptr %q
}

; CHECK-LABEL: @mapped(
; CHECK-NOT: call void @llvm.memcpy
; CHECK: call void @call() [ "deopt"({{.*}}ptr %three) ]
define ptr @mapped(ptr byval(%struct.Three) align 8 %three, ptr %p) {
  store ptr %p, ptr %three
  call void @call()
  %q = load ptr, ptr %three
  ret ptr %q
}
