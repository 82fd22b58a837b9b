; Vectors and aggregates: listed whole where they come from memory or a call, by their parts' bases where
; they are put together in registers.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare void @call()
declare { ptr, i64 } @pair()
@memory = global [4 x i64] zeroinitializer

; CHECK-LABEL: @loaded_vector(
; CHECK: %tricolor.slot = alloca <2 x ptr>
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 260, i32 0, i32 2, i32 0, i32 3, ptr %tricolor.slot) ]
define void @loaded_vector(ptr %p) {
  %v = load <2 x ptr>, ptr %p
  call void @call()
  store <2 x ptr> %v, ptr @memory
  ret void
}

; CHECK-LABEL: @built_vector(
; CHECK-NOT: alloca <
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 513, ptr %tricolor.slot{{.*}}, ptr %tricolor.slot{{.*}}) ]
define void @built_vector(ptr %p, ptr %q) {
  %end = getelementptr i8, ptr %q, i64 32
  %v0 = insertelement <2 x ptr> poison, ptr %p, i64 0
  %v1 = insertelement <2 x ptr> %v0, ptr %end, i64 1
  call void @call()
  store <2 x ptr> %v1, ptr @memory
  ret void
}

; CHECK-LABEL: @vector_gep(
; CHECK: store ptr %p, ptr %tricolor.slot
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
define void @vector_gep(ptr %p, <2 x i64> %i) {
  %v = getelementptr i8, ptr %p, <2 x i64> %i
  call void @call()
  store <2 x ptr> %v, ptr @memory
  ret void
}

; CHECK-LABEL: @aggregate(
; CHECK: %tricolor.slot = alloca { ptr, i64 }
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 260, i32 0, i32 2, i32 0, i32 3, ptr %tricolor.slot) ]
define ptr @aggregate() {
  %a = call { ptr, i64 } @pair()
  call void @call()
  %p = extractvalue { ptr, i64 } %a, 0
  ret ptr %p
}

; CHECK-LABEL: @parts(
; CHECK: %p = extractvalue
; CHECK-NEXT: store ptr %p, ptr %tricolor.slot
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
define ptr @parts() {
  %a = call { ptr, i64 } @pair()
  %p = extractvalue { ptr, i64 } %a, 0
  call void @call()
  ret ptr %p
}

; CHECK-LABEL: @bytes(
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 259, i32 0, i32 2, ptr %tricolor.slot) ]
define void @bytes(ptr %p) {
  %v = load <16 x i8>, ptr %p
  call void @call()
  store <16 x i8> %v, ptr @memory
  ret void
}

; CHECK-LABEL: @numbers(
; CHECK-NOT: tricolor.slot
; CHECK: ret void
define void @numbers(ptr %p) {
  %v = load <4 x float>, ptr %p
  call void @call()
  %w = fmul <4 x float> %v, %v
  store <4 x float> %w, ptr @memory
  ret void
}
