; Loop strength reduction wants to compute a variable's address from another register, in bundles too. The
; map still says where the variable lies.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes='tricolor-statepoints<values>' %s -o %t.bc
; RUN: %llc -load=%tricolor_pass -O2 %t.bc -filetype=obj -o %t.o
; RUN: %python %S/Inputs/dump_maps.py --no-offsets %t.o | FileCheck %s
; RUN: opt -S %t.bc | FileCheck %s --check-prefix=IR
; Where that pass does not run nothing is needed against it.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-statepoints -S %s | FileCheck %s --check-prefix=SLOTS

target triple = "x86_64-unknown-linux-gnu"

declare i32 @get(ptr)
declare void @call(i32)

; CHECK: function balance: 2 sites
; CHECK-NEXT: site -> get: register {{.*}}, {{(mask rsp\+[0-9]+ \[EE\]|slot rsp\+[0-9]+, slot rsp\+[0-9]+)}}
; CHECK-NEXT: site -> call: register {{.*}}, {{(mask rsp\+[0-9]+ \[EE\]|slot rsp\+[0-9]+, slot rsp\+[0-9]+)}}
; IR: %tricolor.variable = call ptr @llvm.launder.invariant.group.p0(ptr %array)
; IR: call void @call(i32 %k) [ "deopt"({{.*}}, ptr %tricolor.variable{{[,)]}}
; SLOTS: call void @call(i32 %k) [ "deopt"({{.*}}, ptr %array{{[,)]}}
define ptr @balance(ptr %from, i64 %n) {
entry:
  %array = alloca [2 x ptr], align 16
  br label %loop
loop:
  %i = phi i64 [ %n, %entry ], [ %j, %next ]
  %place = getelementptr ptr, ptr null, i64 %i
  %x = call i32 @get(ptr %place)
  %j = add i64 %i, -1
  %done = icmp eq i64 %i, 0
  br i1 %done, label %exit, label %next
next:
  %k = trunc i64 %j to i32
  %slot = getelementptr ptr, ptr %array, i64 %j
  store ptr null, ptr %slot
  %other = getelementptr i32, ptr null, i64 %j
  store i32 0, ptr %other
  call void @call(i32 %k)
  br label %loop
exit:
  %r = load ptr, ptr %array
  ret ptr %r
}
