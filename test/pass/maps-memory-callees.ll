; A callee that was loaded for the call is called through memory, map and all, where nothing comes between.
; RUN: %llc -load=%tricolor_pass -tricolor-verify-ir -verify-machineinstrs -O2 %s -o - | FileCheck %s
; RUN: %llc -load=%tricolor_pass -tricolor-verify-ir -O2 -mattr=+slow-two-mem-ops %s -o - | FileCheck %s --check-prefix=APART
; RUN: %llc -load=%tricolor_pass -tricolor-verify-ir -O0 %s -o - | FileCheck %s --check-prefix=APART
; RUN: %llc -load=%tricolor_pass -tricolor-verify-ir -O2 %s -filetype=obj -o %t.o
; RUN: %python %S/Inputs/dump_maps.py --no-offsets %t.o | FileCheck %s --check-prefix=MAP
; APART-NOT: callq *{{[^%]}}

target triple = "x86_64-unknown-linux-gnu"
declare void @call()
declare i32 @__gxx_personality_v0(...)
@function = external global ptr

; MAP-LABEL: function virtual: 1 sites
; MAP-NEXT: site -> indirect: register rbx
; CHECK-LABEL: {{^}}virtual:
; CHECK:       movq %rdi, %rbx
; CHECK-NEXT:  movq (%rdi), %rax
; CHECK-NEXT:  callq *16(%rax)
; CHECK-NEXT:  {{.Ltmp[0-9]+}}:
; CHECK-NEXT:  movq %rbx, %rax
define ptr @virtual(ptr %object) uwtable gc "tricolor" {
  %table = load ptr, ptr %object
  %place = getelementptr i8, ptr %table, i64 16
  %function = load ptr, ptr %place
  call void %function(ptr %object) [ "deopt"(i32 1414678785, i32 263, ptr %object) ]
  ret ptr %object
}

; CHECK-LABEL: {{^}}global:
; CHECK:       callq *(%rax)
define void @global(ptr %object) uwtable gc "tricolor" {
  %function = load ptr, ptr @function
  call void %function(ptr %object) [ "deopt"(i32 1414678785) ]
  ret void
}

; Not over a store that may be to the same memory,
; CHECK-LABEL: {{^}}stored:
; CHECK:       movq (%rdi), [[CALLEE:%r[a-z]+]]
; CHECK:       callq *[[CALLEE]]
define void @stored(ptr %object, ptr %other) uwtable gc "tricolor" {
  %function = load ptr, ptr %object
  store ptr null, ptr %other
  call void %function(ptr %object) [ "deopt"(i32 1414678785) ]
  ret void
}

; nor over a call,
; CHECK-LABEL: {{^}}called:
; CHECK:       movq (%rdi), [[CALLEE:%r[a-z]+]]
; CHECK:       callq call@PLT
; CHECK:       callq *[[CALLEE]]
define void @called(ptr %object) uwtable gc "tricolor" {
  %function = load ptr, ptr %object
  call void @call() [ "deopt"(i32 1414678785) ]
  call void %function() [ "deopt"(i32 1414678785) ]
  ret void
}

; nor if the function needs the callee again, or passes it,
; CHECK-LABEL: {{^}}again:
; CHECK:       movq (%rdi), [[CALLEE:%r[a-z0-9]+]]
; CHECK:       callq *[[CALLEE]]
; CHECK:       callq *[[CALLEE]]
define void @again(ptr %object) uwtable gc "tricolor" {
  %function = load ptr, ptr %object
  call void %function(ptr %object) [ "deopt"(i32 1414678785) ]
  call void %function(ptr null) [ "deopt"(i32 1414678785) ]
  ret void
}

; CHECK-LABEL: {{^}}passed:
; CHECK:       movq (%rdi), %rdi
; CHECK-NEXT:  callq *%rdi
define void @passed(ptr %object) uwtable gc "tricolor" {
  %function = load ptr, ptr %object
  call void %function(ptr %function) [ "deopt"(i32 1414678785) ]
  ret void
}

; nor where the load must stay where it is.
; CHECK-LABEL: {{^}}volatile:
; CHECK:       callq *%r
define void @volatile(ptr %object) uwtable gc "tricolor" {
  %function = load volatile ptr, ptr %object
  call void %function(ptr %object) [ "deopt"(i32 1414678785) ]
  ret void
}

; A call that may throw keeps its place between the labels.
; CHECK-LABEL: {{^}}throwing:
; CHECK:       [[BEGIN:.Ltmp[0-9]+]]:
; CHECK-NEXT:  callq *(%r{{[a-z]+}})
; CHECK-NEXT:  {{.Ltmp[0-9]+}}:
; CHECK-NEXT:  [[END:.Ltmp[0-9]+]]:
; CHECK:       .uleb128 [[END]]-[[BEGIN]]
define void @throwing(ptr %object) uwtable gc "tricolor" personality ptr @__gxx_personality_v0 {
  %table = load ptr, ptr %object
  %function = load ptr, ptr %table
  invoke void %function(ptr %object) [ "deopt"(i32 1414678785) ]
          to label %next unwind label %pad
next:
  ret void
pad:
  %e = landingpad { ptr, i32 } cleanup
  ret void
}
