; Where the back end left listed values: in callee-saved registers, spilled, nowhere. In object files and
; through assembly text alike.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes='tricolor-statepoints<values>' %s -o %t.bc
; RUN: %llc -load=%tricolor_pass -O2 %t.bc -filetype=obj -o %t.o
; RUN: %python %S/Inputs/dump_maps.py --no-offsets %t.o | FileCheck %s
; RUN: %llc -load=%tricolor_pass -O2 %t.bc -o %t.s
; RUN: llvm-mc -triple=x86_64-unknown-linux-gnu -filetype=obj %t.s -o %t.text.o
; RUN: %python %S/Inputs/dump_maps.py --no-offsets %t.text.o | FileCheck %s
; RUN: %llc -load=%tricolor_pass -O1 -frame-pointer=all -relocation-model=pic %t.bc -filetype=obj -o %t.o
; RUN: %python %S/Inputs/dump_maps.py --no-offsets %t.o | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare void @call()

; CHECK-LABEL: function register: 2 sites
; CHECK-NEXT: site -> call: register {{rbx|r14|r15}}
; CHECK-NEXT: site -> call: nothing
define void @register(ptr %p) {
  call void @call()
  store ptr null, ptr %p
  call void @call()
  ret void
}

; What is needed for its object only is in the register of its last use.
; CHECK-LABEL: function base: 1 sites
; CHECK-NEXT: site -> call: {{(tolerant rsp\+[0-9]+|register r[b0-9x]+)$}}
define ptr @base(ptr %p) {
  %end = getelementptr i8, ptr %p, i64 64
  call void @call()
  ret ptr %end
}

; More values than registers.
; CHECK-LABEL: function spilled: 1 sites
; CHECK-NEXT: site -> call: register {{.*}}, {{(tolerant|range) rsp\+[0-9]+}}
define void @spilled(ptr %p) {
  %v1 = load volatile ptr, ptr %p
  %v2 = load volatile ptr, ptr %p
  %v3 = load volatile ptr, ptr %p
  %v4 = load volatile ptr, ptr %p
  %v5 = load volatile ptr, ptr %p
  %v6 = load volatile ptr, ptr %p
  %v7 = load volatile ptr, ptr %p
  call void @call()
  store volatile ptr %v1, ptr %p
  store volatile ptr %v2, ptr %p
  store volatile ptr %v3, ptr %p
  store volatile ptr %v4, ptr %p
  store volatile ptr %v5, ptr %p
  store volatile ptr %v6, ptr %p
  store volatile ptr %v7, ptr %p
  ret void
}
