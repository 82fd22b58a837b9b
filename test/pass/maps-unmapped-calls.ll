; A call that can have no map has a site whose list is the whole frame. Leaves, barriers, what the back end makes up
; and jumps have none.
; RUN: rm -rf %t && split-file %s %t
; RUN: %llc -load=%tricolor_pass -tricolor-verify-ir -verify-machineinstrs -O2 %t/calls.ll -filetype=obj -o %t/2.o
; RUN: %python %S/Inputs/dump_maps.py --no-offsets %t/2.o | FileCheck %s --check-prefix=MAP
; RUN: %llc -load=%tricolor_pass -tricolor-verify-ir -verify-machineinstrs -O0 %t/calls.ll -filetype=obj -o %t/0.o
; RUN: %python %S/Inputs/dump_maps.py --no-offsets %t/0.o | FileCheck %s --check-prefix=MAP
; RUN: %llc -load=%tricolor_pass -O2 %t/calls.ll -o - | FileCheck %s --check-prefix=ASM

; Maps that the back end loses become such sites.
; RUN: %llc -load=%tricolor_pass -O0 -global-isel %t/lost.ll -filetype=obj -o %t/lost.o 2>%t/warnings
; RUN: %python %S/Inputs/dump_maps.py --no-offsets %t/lost.o | FileCheck %s --check-prefix=LOST
; LOST: function lost: 2 sites
; LOST-NEXT: site -> call: frame
; LOST-NEXT: site -> indirect: frame

; RUN: %llc -load=%tricolor_pass -tricolor-verify-ir -verify-machineinstrs -O2 %t/no-plt.ll -filetype=obj -o %t/no-plt.o
; RUN: %python %S/Inputs/dump_maps.py --no-offsets %t/no-plt.o | FileCheck %s --check-prefix=NOPLT
; RUN: %llc -load=%tricolor_pass -O2 %t/no-plt.ll -o - | FileCheck %s --check-prefix=NOPLT-ASM

; Behind the check of a callee's type comes the call at once.
; RUN: %llc -load=%tricolor_pass -tricolor-verify-ir -verify-machineinstrs -O2 %t/kcfi.ll -filetype=obj -o %t/kcfi.o
; RUN: %python %S/Inputs/dump_maps.py --no-offsets %t/kcfi.o | FileCheck %s --check-prefix=KCFI
; RUN: %llc -load=%tricolor_pass -O2 %t/kcfi.ll -o - | FileCheck %s --check-prefix=KCFI-ASM
; KCFI-LABEL: function checked:
; KCFI-NEXT: site -> indirect: frame
; KCFI-ASM: ud2
; KCFI-ASM: callq *%rdi
; KCFI-ASM-NEXT: .Ltmp

;--- calls.ll
target triple = "x86_64-unknown-linux-gnu"
declare x86_fp80 @real()
declare void @call()
declare coldcc void @cold()
declare preserve_allcc void @preserving()
declare i32 @setjmp(ptr) returns_twice
declare i32 @vfork() returns_twice
declare ptr @memcpy(ptr, ptr, i64)
declare i64 @strlen(ptr)
declare void @own_leaf() "gc-leaf-function"
declare preserve_mostcc void @tricolor_write_barrier(ptr, ptr)
declare void @tricolor_bulk_barrier(ptr, ptr, i64)
declare i32 @__gxx_personality_v0(...)
@thread = external thread_local global ptr
@variable = internal global ptr null
@table = internal constant [2 x ptr] [ptr @real, ptr null]

; MAP-LABEL: function results:
; MAP-SAME: 3 sites
; MAP-NEXT: site -> real: frame
; MAP-NEXT: site -> indirect: frame
; MAP-NEXT: site -> call: nothing
; The site is the address behind the call, without an instruction for it.
; ASM-LABEL: {{^}}results:
; ASM: callq real@PLT
; ASM-NEXT: .Ltmp{{[0-9]+}}:
; ASM-NEXT: fst
define void @results(ptr %f, ptr %p) uwtable gc "tricolor" {
  %a = call x86_fp80 @real()
  store x86_fp80 %a, ptr %p
  %b = call x86_fp80 %f()
  store x86_fp80 %b, ptr %p
  call void @call() [ "deopt"(i32 1414678785) ]
  ret void
}

; Through a variable, and a table of constants.
; MAP-LABEL: function variables:
; MAP-NEXT: site -> {{[*]variable|indirect}}: frame
; MAP-NEXT: site -> {{.*}}: frame
; ASM-LABEL: {{^}}variables:
; ASM: callq *%r
; ASM: callq *{{.*}}table
define void @variables(i64 %i) uwtable gc "tricolor" {
  call void asm sideeffect "call call", "~{memory}"()
  %f = load volatile ptr, ptr @variable
  %a = call x86_fp80 %f()
  %place = getelementptr ptr, ptr @table, i64 %i
  %g = load ptr, ptr %place
  %b = call x86_fp80 %g()
  ret void
}

; MAP-LABEL: function in_optnone:
; MAP-NEXT: site -> real: frame
define void @in_optnone() uwtable noinline optnone gc "tricolor" {
  %a = call x86_fp80 @real()
  ret void
}

; MAP-LABEL: function twice:
; MAP-NEXT: site -> setjmp: frame
; MAP-NEXT: site -> vfork: frame
define ptr @twice(ptr %buffer) uwtable gc "tricolor" {
  %r = call i32 @setjmp(ptr %buffer) returns_twice
  %v = call i32 @vfork() returns_twice
  ret ptr %buffer
}

; MAP-LABEL: function conventions:
; MAP-NEXT: site -> preserving: frame
define void @conventions() uwtable gc "tricolor" {
  call preserve_allcc void @preserving()
  ret void
}

; MAP-LABEL: function throwing:
; MAP-NEXT: site -> real: frame
; ASM-LABEL: {{^}}throwing:
; ASM:       callq real@PLT
; ASM-NEXT:  .Ltmp{{[0-9]+}}:{{$}}
define void @throwing() uwtable gc "tricolor" personality ptr @__gxx_personality_v0 {
  %a = invoke x86_fp80 @real()
          to label %next unwind label %pad
next:
  ret void
pad:
  %e = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %e
}

; What looks like a jump, and is a call after all.
; MAP-LABEL: function no_jump:
; MAP-NEXT: site -> call: frame
define void @no_jump(ptr byval([64 x i8]) align 16 %p) uwtable gc "tricolor" {
  %aligned = alloca i8, align 64
  store volatile i8 0, ptr %aligned
  tail call void @call()
  ret void
}

; MAP-LABEL: function retpoline:
; MAP-NEXT: site -> {{.*}}: frame
define void @retpoline(ptr %f) uwtable "target-features"="+retpoline-indirect-calls,+retpoline-indirect-branches" gc "tricolor" {
  call void %f()
  ret void
}

; MAP-LABEL: function hardened:
; MAP-NEXT: site -> call: frame
define void @hardened() uwtable speculative_load_hardening gc "tricolor" {
  call void @call()
  ret void
}

; The calls of leaves have none, of memory functions and libraries of the back end neither.
; MAP-LABEL: function mixed:
; MAP-NEXT: site -> indirect: frame
; MAP-NEXT: site -> real: frame
define ptr @mixed(ptr %f, ptr %to, ptr %from, i64 %n, i128 %a, i128 %b) uwtable sspstrong gc "tricolor" {
  %buffer = alloca [64 x i8]
  call x86_fp80 %f()
  call ptr @memcpy(ptr %to, ptr %from, i64 %n)
  call i64 @strlen(ptr %from)
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 %n, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %buffer, ptr %from, i64 64, i1 false)
  call preserve_mostcc void @tricolor_write_barrier(ptr %to, ptr %from)
  call void @tricolor_bulk_barrier(ptr %to, ptr %from, i64 %n)
  call void @own_leaf()
  %t = call ptr @llvm.threadlocal.address.p0(ptr @thread)
  %q = sdiv i128 %a, %b
  store i128 %q, ptr %t
  call x86_fp80 @real()
  %wide = load atomic i128, ptr %from seq_cst, align 16
  store i128 %wide, ptr %to
  ret ptr %t
}

; MAP-NOT: function leaves:
define void @leaves(ptr %f, ptr %to, ptr %from, i64 %n) uwtable gc "tricolor" {
  call ptr @memcpy(ptr %to, ptr %from, i64 %n)
  call void %f() "gc-leaf-function"
  call void asm sideeffect "call call", "~{memory}"()
  ret void
}

; MAP-NOT: function jump:
define void @jump() uwtable gc "tricolor" {
  musttail call void @call()
  ret void
}

; Nothing in functions that are not ours.
; MAP-NOT: function foreign:
define void @foreign() uwtable {
  call x86_fp80 @real()
  ret void
}

;--- lost.ll
target triple = "x86_64-unknown-linux-gnu"
declare void @call()
define ptr @lost(ptr %p, ptr %f) uwtable gc "tricolor" {
  call void @call() [ "deopt"(i32 1414678785) ]
  call void %f() [ "deopt"(i32 1414678785) ]
  ret ptr %p
}

;--- no-plt.ll
; A register that is called may hold memcpy.
target triple = "x86_64-unknown-linux-gnu"
declare x86_fp80 @real()
declare x86_fp80 @late() nonlazybind
declare ptr @memcpy(ptr, ptr, i64) nonlazybind

; NOPLT-LABEL: function in_memory:
; NOPLT-NEXT: site -> *late: frame
; NOPLT-NEXT: site -> indirect: frame
define void @in_memory(ptr %f, ptr %to, ptr %from, i64 %n) uwtable gc "tricolor" {
  call x86_fp80 @late()
  call ptr @memcpy(ptr %to, ptr %from, i64 %n)
  call x86_fp80 %f()
  ret void
}

; No map is missed where one is called beside a pointer with a map.
; NOPLT-ASM-LABEL: {{^}}with_map:
; NOPLT-ASM: callq *%
; NOPLT-LABEL: function with_map:
; NOPLT-NEXT: site -> indirect: nothing
; NOPLT-NOT: site
define void @with_map(ptr %f, ptr %to, ptr %from, i64 %n) uwtable gc "tricolor" {
  call ptr @memcpy(ptr %to, ptr %from, i64 %n)
  call void %f() [ "deopt"(i32 1414678785) ]
  call ptr @memcpy(ptr %from, ptr %to, i64 %n)
  ret void
}

; NOPLT-ASM-LABEL: {{^}}in_register:
; NOPLT-ASM: movq memcpy@GOTPCREL(%rip), %[[REGISTER:r[a-z0-9]+]]
; NOPLT-ASM: callq *%[[REGISTER]]
; NOPLT-LABEL: function in_register:
; NOPLT-NEXT: site -> real: frame
; NOPLT-NOT: site
define void @in_register(ptr %f, ptr %to, ptr %from, i64 %n) uwtable gc "tricolor" {
  call ptr @memcpy(ptr %to, ptr %from, i64 %n)
  call x86_fp80 %f()
  call ptr @memcpy(ptr %from, ptr %to, i64 %n)
  call x86_fp80 @real()
  ret void
}

;--- kcfi.ll
target triple = "x86_64-unknown-linux-gnu"
define void @checked(ptr %f) uwtable gc "tricolor" {
  call void %f() [ "kcfi"(i32 7) ]
  ret void
}
!llvm.module.flags = !{!0}
!0 = !{i32 4, !"kcfi", i32 1}
