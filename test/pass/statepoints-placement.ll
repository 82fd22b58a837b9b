; A root is stored as late as the calls allow: never on ways without a call, never again in a loop, and for
; polls only on the cold way.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare void @call()
declare void @fail() cold noreturn
declare preserve_mostcc void @tricolor_poll()

; CHECK-LABEL: @fast_way(
; CHECK: br i1 %c, label %fast, label %slow
; CHECK: slow:
; CHECK-NEXT: store ptr %p, ptr %tricolor.slot
; CHECK-NEXT: call void @call()
define ptr @fast_way(ptr %p, i1 %c) {
  br i1 %c, label %fast, label %slow
fast:
  ret ptr %p
slow:
  call void @call()
  call void @call()
  ret ptr %p
}

; Both ways call: one store, before they part.
; CHECK-LABEL: @both_ways(
; CHECK: store ptr %p, ptr %tricolor.slot
; CHECK-NOT: store
; CHECK: ret ptr
define ptr @both_ways(ptr %p, i1 %c) {
  br i1 %c, label %one, label %two
one:
  call void @call()
  br label %exit
two:
  call void @call()
  br label %exit
exit:
  ret ptr %p
}

; CHECK-LABEL: @before_loop(
; CHECK: store ptr %p, ptr %tricolor.slot
; CHECK: loop:
; CHECK-NOT: store
; CHECK: ret ptr
define ptr @before_loop(ptr %p, i32 %n) {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  call void @call()
  %next = add i32 %i, 1
  %more = icmp ult i32 %next, %n
  br i1 %more, label %loop, label %exit
exit:
  ret ptr %p
}

; A loop that only polls stores only where it does.
; CHECK-LABEL: @polls(
; CHECK: loop:
; CHECK-NOT: store
; CHECK: poll:
; CHECK-DAG: store ptr %at, ptr [[A:%tricolor.slot[0-9]*]]
; CHECK: call preserve_mostcc void @tricolor_poll(){{.*}} [ "deopt"(i32 {{[0-9]+}}, i32 {{257|513}}
define ptr @polls(ptr %p, ptr %flag) {
entry:
  br label %loop
loop:
  %at = phi ptr [ %p, %entry ], [ %next, %latch ]
  %next = load ptr, ptr %at
  %set = load i32, ptr @control
  %now = icmp ne i32 %set, 0
  br i1 %now, label %poll, label %latch
poll:
  call preserve_mostcc void @tricolor_poll()
  br label %latch
latch:
  %done = icmp eq ptr %next, null
  br i1 %done, label %exit, label %loop
exit:
  ret ptr %at
}
@control = external global i32

; A way that ends the program or throws does not make the others store.
; CHECK-LABEL: @checked(
; CHECK-NOT: store
; CHECK: bad:
; CHECK-NEXT: store ptr %p, ptr %tricolor.slot
; CHECK-NEXT: call void @call()
define ptr @checked(ptr %p, i1 %c) {
  br i1 %c, label %good, label %bad
good:
  ret ptr %p
bad:
  call void @call()
  store i8 0, ptr %p
  call void @fail()
  unreachable
}

; A poll on a way that has stored already stores nothing more.
; CHECK-LABEL: @stored_already(
; CHECK: store ptr %p, ptr %tricolor.slot
; CHECK: call void @call()
; CHECK-NOT: store
; CHECK: ret ptr
define ptr @stored_already(ptr %p) {
  call void @call()
  call preserve_mostcc void @tricolor_poll()
  ret ptr %p
}
