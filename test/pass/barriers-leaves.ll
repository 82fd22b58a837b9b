; A library function that writes behind a barrier's test is called, not jumped to, and has no site in the maps: so the
; runtime can tell that the test is not done with.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes='tricolor<slots>' -S %s -o %t.ll
; RUN: FileCheck %s < %t.ll
; RUN: %llc -load=%tricolor_pass -tricolor-verify-ir -O2 %t.ll -o - | FileCheck %s --check-prefix=ASM
; RUN: %llc -load=%tricolor_pass -tricolor-verify-ir -O2 %t.ll -filetype=obj -o %t.o
; RUN: %python %S/Inputs/dump_maps.py --no-offsets %t.o | FileCheck %s --check-prefix=MAP --allow-empty
; MAP-NOT: {{memcpy|memmove|mempcpy|memset|bcopy|bzero|__atomic}}

; A barrier whose write is a jump is found.
; RUN: sed 's/notail call ptr @memcpy/tail call ptr @memcpy/' %t.ll > %t.jump.ll
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-verify-barriers -disable-output %t.jump.ll 2>&1 | FileCheck %s --check-prefix=JUMP
; JUMP: tricolor-verify: in 'copy': the frame is gone while its barrier's write is made:

target triple = "x86_64-unknown-linux-gnu"
declare ptr @memcpy(ptr, ptr, i64)
declare ptr @__mempcpy_chk(ptr, ptr, i64, i64)
declare void @bcopy(ptr, ptr, i64)
declare void @bzero(ptr, i64)
declare void @__atomic_store(i64, ptr, ptr, i32)
declare void @__atomic_load(i64, ptr, ptr, i32)
declare void @__atomic_exchange(i64, ptr, ptr, ptr, i32)
declare i1 @__atomic_compare_exchange(i64, ptr, ptr, ptr, i32, i32)
declare i64 @strlen(ptr)

; CHECK-LABEL: @copy(
; CHECK: notail call ptr @memcpy(
; ASM-LABEL: {{^}}copy:
; ASM: callq memcpy
define ptr @copy(ptr %to, ptr %from, i64 %n) {
  %r = tail call ptr @memcpy(ptr %to, ptr %from, i64 %n)
  ret ptr %r
}

; CHECK-LABEL: @intrinsic(
; CHECK: notail call void @llvm.memmove
; ASM-LABEL: {{^}}intrinsic:
; ASM: callq memmove
define void @intrinsic(ptr %to, ptr %from, i64 %n) {
  tail call void @llvm.memmove.p0.p0.i64(ptr %to, ptr %from, i64 %n, i1 false)
  ret void
}

; CHECK-LABEL: @asked_for(
; CHECK: notail call ptr @memcpy(
define ptr @asked_for(ptr %to, ptr %from, i64 %n) {
  %r = musttail call ptr @memcpy(ptr %to, ptr %from, i64 %n)
  ret ptr %r
}

; CHECK-LABEL: @others(
; CHECK-NOT: @{{(__mempcpy_chk|bcopy|bzero|__atomic_[a-z_]+)}}({{.*}}deopt
; CHECK: ret void
define void @others(ptr %to, ptr %from, ptr %other, i64 %n) {
  call ptr @__mempcpy_chk(ptr %to, ptr %from, i64 %n, i64 -1)
  call void @bcopy(ptr %from, ptr %to, i64 %n)
  call void @bzero(ptr %to, i64 %n)
  call void @__atomic_store(i64 24, ptr %to, ptr %from, i32 5)
  call void @__atomic_load(i64 24, ptr %to, ptr %from, i32 5)
  call void @__atomic_exchange(i64 24, ptr %to, ptr %from, ptr %other, i32 5)
  call i1 @__atomic_compare_exchange(i64 24, ptr %to, ptr %from, ptr %other, i32 5, i32 5)
  ret void
}

; Without a barrier, jumps stay.
; ASM-LABEL: {{^}}length:
; ASM: jmp strlen
define i64 @length(ptr %p) {
  %n = tail call i64 @strlen(ptr %p)
  ret i64 %n
}
