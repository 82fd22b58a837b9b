; Writes that no barrier can guard are errors that name the function.
; RUN: split-file %s %t
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers -disable-output %t/segment.ll 2>&1 | FileCheck --check-prefix=SEGMENT %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers -disable-output %t/predicated.ll 2>&1 | FileCheck --check-prefix=PREDICATED %s

; SEGMENT: error: {{.*}}in function segment {{.*}}: tricolor: a pointer is stored through a segment register (address space 257)
; PREDICATED: error: {{.*}}in function predicated {{.*}}: tricolor: no write barrier is known for llvm.vp.store

;--- segment.ll
target triple = "x86_64-unknown-linux-gnu"
define void @segment(ptr addrspace(257) %slot, ptr %value) {
  store ptr %value, ptr addrspace(257) %slot
  ret void
}
;--- predicated.ll
target triple = "x86_64-unknown-linux-gnu"
define void @predicated(ptr %slot, <2 x i64> %value, <2 x i1> %mask) {
  call void @llvm.vp.store.v2i64.p0(<2 x i64> %value, ptr %slot, <2 x i1> %mask, i32 2)
  ret void
}
