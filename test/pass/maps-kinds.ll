; Every kind of entry of a root list, in object files and through assembly text alike.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-statepoints %s -o %t.bc
; RUN: %llc -load=%tricolor_pass %t.bc -filetype=obj -o %t.o
; RUN: %python %S/Inputs/dump_maps.py --no-offsets %t.o | FileCheck %s
; RUN: %llc -load=%tricolor_pass %t.bc -o %t.s
; RUN: llvm-mc -triple=x86_64-unknown-linux-gnu -filetype=obj %t.s -o %t.text.o
; RUN: %python %S/Inputs/dump_maps.py --no-offsets %t.text.o | FileCheck %s
; RUN: %llc -load=%tricolor_pass -O0 -relocation-model=pic %t.bc -filetype=obj -o %t.o
; RUN: %python %S/Inputs/dump_maps.py --no-offsets %t.o | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

%struct.Mixed = type { ptr, i64, i32, ptr }
declare void @call()
declare void @keeps(ptr)
declare ptr @make()

; CHECK-LABEL: function nothing: 1 sites
; CHECK-NEXT: site -> call: nothing
define void @nothing() {
  call void @call()
  ret void
}

; CHECK-LABEL: function slots: 3 sites
; CHECK-NEXT: site -> call: mask rsp+{{[0-9]+}} [{{EET|ETE|TEE}}]
; CHECK-NEXT: site -> indirect: slot rsp+{{[0-9]+}}
; CHECK-NEXT: site -> call: nothing
define void @slots(ptr %f, ptr %p, i64 %word, ptr %to) {
  call void @call()
  store i64 %word, ptr %to
  call void %f()
  store ptr null, ptr %to
  call void @call()
  ret void
}

; CHECK-LABEL: function mask: 1 sites
; CHECK-NEXT: site -> keeps: mask rsp+{{[0-9]+}} [ET.E]
define void @mask() {
  %mixed = alloca %struct.Mixed
  call void @keeps(ptr %mixed)
  ret void
}

; CHECK-LABEL: function range: 1 sites
; CHECK-NEXT: site -> keeps: range rsp+{{[0-9]+}} x250
define void @range() {
  %chars = alloca [2000 x i8]
  call void @keeps(ptr %chars)
  ret void
}

; CHECK-LABEL: function repeat: 1 sites
; CHECK-NEXT: site -> keeps: repeat rsp+{{[0-9]+}} x20 [ET.E]
define void @repeat() {
  %array = alloca [20 x %struct.Mixed]
  call void @keeps(ptr %array)
  ret void
}

; CHECK-LABEL: function frame: 1 sites
; CHECK-NEXT: site -> keeps: frame
define void @frame(i64 %n) {
  %array = alloca ptr, i64 %n
  call void @keeps(ptr %array)
  ret void
}

; With a realigned stack and a dynamic variable the base pointer addresses the locals.
; CHECK-LABEL: function base_pointer: 2 sites
; CHECK-NEXT: site -> make: frame{{$}}
; CHECK-NEXT: site -> keeps: frame, slot rbx+{{[0-9]+}}
define ptr @base_pointer(i64 %n) {
  %aligned = alloca [64 x i32], align 64
  %array = alloca ptr, i64 %n
  %p = call ptr @make()
  store i32 1, ptr %aligned
  call void @keeps(ptr %array)
  %v = load volatile i32, ptr %aligned
  ret ptr %p
}

; Neighbouring words share one entry, and equal lists are stored once.
; CHECK-LABEL: function many: 10 sites
; CHECK: site -> call: mask rsp+{{[0-9]+}} [EEEEEEEE]
; CHECK: site -> call: mask rsp+{{[0-9]+}} [EEEEEEEE]
define void @many() {
  %a = call ptr @make()
  %b = call ptr @make()
  %c = call ptr @make()
  %d = call ptr @make()
  %e = call ptr @make()
  %f = call ptr @make()
  %g = call ptr @make()
  %h = call ptr @make()
  call void @call()
  call void @call()
  store ptr %a, ptr %a
  store ptr %b, ptr %b
  store ptr %c, ptr %c
  store ptr %d, ptr %d
  store ptr %e, ptr %e
  store ptr %f, ptr %f
  store ptr %g, ptr %g
  store ptr %h, ptr %h
  ret void
}
