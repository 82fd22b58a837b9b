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

; Of a block of bytes the back end may make a call of a leaf, of any length where it does not optimize.
; CHECK-LABEL: @block(
; CHECK: %three.copy = alloca
define ptr @block(ptr byval(%struct.Three) align 8 %three, ptr %p, ptr %to) {
  store ptr %p, ptr %three
  call void @llvm.memset.p0.i64(ptr %to, i8 0, i64 16, i1 false)
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

; A musttail call is given what the parameter holds then.
declare ptr @next(ptr byval(%struct.Three) align 8, ptr)
; CHECK-LABEL: @handed_on(
; CHECK: store ptr %p, ptr %three.copy
; CHECK: call x86_fp80 @unmapped()
; CHECK-NEXT: call void @llvm.memcpy.p0.p0.i64(ptr align 8 %three, ptr align 8 %three.copy, i64 24, i1 false)
; CHECK-NEXT: musttail call ptr @next(ptr byval(%struct.Three) align 8 %three, ptr %p)
define ptr @handed_on(ptr byval(%struct.Three) align 8 %three, ptr %p) {
  store ptr %p, ptr %three
  %number = call x86_fp80 @unmapped()
  %q = musttail call ptr @next(ptr byval(%struct.Three) align 8 %three, ptr %p)
  ret ptr %q
}

; The caller keeps a copy where the callee may have no maps and the original may change meanwhile: not
; if that is a variable that nobody else knows, not for a callee of this module.
; CHECK-LABEL: @own_variable(
; CHECK-NOT: %argument.copy
; CHECK: call ptr @next({{.*}} %variable, {{.*}}ptr %variable
define ptr @own_variable(ptr %p) {
  %variable = alloca %struct.Three
  store ptr %p, ptr %variable
  %q = call ptr @next(ptr byval(%struct.Three) align 8 %variable, ptr %p)
  ret ptr null
}

; CHECK-LABEL: @known_callee(
; CHECK-NOT: %argument.copy
define ptr @known_callee(ptr %from, ptr %p) {
  %q = call ptr @mapped(ptr byval(%struct.Three) align 8 %from, ptr %p)
  ret ptr null
}
