; One remark a function says what its maps list and why calls have none; -stats adds them up.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-statepoints -disable-output -pass-remarks=tricolor %s 2>&1 | FileCheck %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-statepoints -disable-output %s 2>&1 | count 0
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor -disable-output -stats %s 2>&1 | FileCheck %s --check-prefix=STATS
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor -disable-output %s 2>&1 | count 0

target triple = "x86_64-unknown-linux-gnu"

declare void @call()
declare ptr @take(ptr)
declare x86_fp80 @real()
declare i64 @strlen(ptr)

; CHECK: remark: {{.*}}scalars: 2 calls with maps, which list 2 exact and 2 tolerant scalars, 0 exact and 0 tolerant words of locals in all; 1 leaf calls, 0 tail calls, 1 calls without a map (1: type of the result)
define ptr @scalars(ptr %p, ptr %from) {
  %w = load i64, ptr %from
  call void @call()
  %q = inttoptr i64 %w to ptr
  %n = call i64 @strlen(ptr %p)
  %x = call x86_fp80 @real()
  call void @call()
  store i64 %n, ptr %p
  ret ptr %q
}

; CHECK: remark: {{.*}}locals: 1 calls with maps, which list 0 exact and 0 tolerant scalars, 2 exact and 1 tolerant words of locals in all; 0 leaf calls, 0 tail calls, 0 calls without a map
define void @locals() {
  %memory = alloca { ptr, i64, ptr }
  %r = call ptr @take(ptr %memory)
  ret void
}

; CHECK: remark: {{.*}}frame: 1 calls with maps, which list 0 exact and 0 tolerant scalars, 0 exact and 0 tolerant words of locals in all, and 1 times the whole frame; 0 leaf calls, 1 tail calls, 0 calls without a map
define void @frame(i64 %n) {
  %memory = alloca ptr, i64 %n
  %r = call ptr @take(ptr %memory)
  tail call void @call()
  ret void
}

; CHECK-NOT: none:
define void @none() {
  ret void
}

; STATS: Statistics Collected
; STATS-DAG: {{^}}1 tricolor-barriers    - barrier tests placed
; STATS-DAG: {{^}}3 tricolor-polls       - polls placed at function entries
; STATS-DAG: {{^}}4 tricolor-statepoints - exact scalars listed in maps
; STATS-DAG: {{^}}2 tricolor-statepoints - tolerant scalars listed in maps
; STATS-DAG: {{^}}4 tricolor-statepoints - exact words of local variables listed in maps
; STATS-DAG: {{^}}2 tricolor-statepoints - tolerant words of local variables listed in maps
; STATS-DAG: {{^}}7 tricolor-statepoints - calls with a map
; STATS-DAG: {{^}}2 tricolor-statepoints - calls of leaves, without a map
; STATS-DAG: {{^}}1 tricolor-statepoints - tail calls, without a map
; STATS-DAG: {{^}}1 tricolor-statepoints - calls that cannot have a map
; STATS-DAG: {{^}}2 tricolor-statepoints - maps that list the whole frame
