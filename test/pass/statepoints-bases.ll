; Derived pointers are listed by their base. A phi or select of bases is inserted only where it must be.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare void @call()
@global = global ptr null

; CHECK-LABEL: @chain(
; CHECK: store ptr %p, ptr %tricolor.slot
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
define i64 @chain(ptr %p, i64 %i) {
  %a = getelementptr i8, ptr %p, i64 %i
  %b = ptrtoint ptr %a to i64
  %c = or i64 %b, 1
  %d = inttoptr i64 %c to ptr
  %e = getelementptr i8, ptr %d, i64 -1
  call void @call()
  %v = load i64, ptr %e
  %w = add i64 %v, %c
  ret i64 %w
}

; A pointer that runs through an object, also to its end, has one base.
; CHECK-LABEL: @iterator(
; CHECK-NOT: .base
; CHECK: store ptr %p, ptr %tricolor.slot
; CHECK-NOT: store
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
define i32 @iterator(ptr %p) {
entry:
  %end = getelementptr i8, ptr %p, i64 64
  br label %loop
loop:
  %at = phi ptr [ %p, %entry ], [ %next, %loop ]
  call void @call()
  %v = load i32, ptr %at
  %next = getelementptr i8, ptr %at, i64 4
  %done = icmp eq ptr %next, %end
  br i1 %done, label %exit, label %loop
exit:
  ret i32 %v
}

; CHECK-LABEL: @own_base(
; CHECK-NOT: .base
; CHECK: %r = phi ptr
; CHECK-NEXT: store ptr %r, ptr %tricolor.slot
define i32 @own_base(ptr %p, ptr %q, i1 %c) {
entry:
  br i1 %c, label %one, label %two
one:
  br label %two
two:
  %r = phi ptr [ %p, %entry ], [ %q, %one ]
  call void @call()
  %v = load i32, ptr %r
  ret i32 %v
}

; CHECK-LABEL: @conflict(
; CHECK: %r.base = phi ptr [ %p, %entry ], [ %q, %one ]
; CHECK: %r = phi ptr [ %p1, %entry ], [ %q, %one ]
; CHECK: store ptr %r.base, ptr %tricolor.slot
define i32 @conflict(ptr %p, ptr %q, i1 %c) {
entry:
  %p1 = getelementptr i8, ptr %p, i64 16
  br i1 %c, label %one, label %two
one:
  br label %two
two:
  %r = phi ptr [ %p1, %entry ], [ %q, %one ]
  call void @call()
  %v = load i32, ptr %r
  ret i32 %v
}

; What is derived from a phi that has a base of its own has that base too, also through further phis and selects.
; CHECK-LABEL: @conflict_below(
; CHECK: %r.base = phi ptr [ %p, %entry ], [ %q, %one ]
; CHECK: store ptr %r.base, ptr [[SLOT:%tricolor.slot[0-9.]*]]
; CHECK-NOT: store
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr [[SLOT]]) ]
; CHECK: %t = select
; CHECK-NOT: store
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr [[SLOT]]) ]
define i32 @conflict_below(ptr %p, ptr %q, i1 %c, i1 %d) {
entry:
  %p1 = getelementptr i8, ptr %p, i64 -16
  br i1 %c, label %one, label %two
one:
  br label %two
two:
  %r = phi ptr [ %p1, %entry ], [ %q, %one ]
  %r1 = getelementptr i8, ptr %r, i64 -16
  br i1 %d, label %three, label %four
three:
  br label %four
four:
  %s = phi ptr [ %r, %two ], [ %r1, %three ]
  call void @call()
  %s1 = getelementptr i8, ptr %s, i64 -16
  %t = select i1 %d, ptr %s, ptr %s1
  call void @call()
  %v = load i32, ptr %t
  ret i32 %v
}

; A pointer that was read or written through is not past the end: it keeps its object itself.
; CHECK-LABEL: @accessed(
; CHECK-NOT: .base
; CHECK: %r = phi ptr
; CHECK-NOT: .base
; CHECK: store ptr %s, ptr %tricolor.slot
define i32 @accessed(ptr %p, ptr %q, i64 %n, i1 %c) {
entry:
  %p1 = getelementptr i8, ptr %p, i64 %n
  store i32 1, ptr %p1
  br i1 %c, label %one, label %two
one:
  %q1 = getelementptr i8, ptr %q, i64 %n
  %w = load i32, ptr %q1
  br label %two
two:
  %r = phi ptr [ %p1, %entry ], [ %q1, %one ]
  %s = select i1 %c, ptr %r, ptr %p1
  call void @call()
  %v = load i32, ptr %s
  ret i32 %v
}

; Not on one way only, not somewhere else, not as what is written.
; CHECK-LABEL: @accessed_later(
; CHECK: %r.base = phi ptr [ %p, %one ], [ %q, %two ]
define i32 @accessed_later(ptr %p, ptr %q, i64 %n, i1 %c, i1 %d) {
entry:
  %p1 = getelementptr i8, ptr %p, i64 %n
  br i1 %c, label %one, label %two
one:
  br i1 %d, label %then, label %three
then:
  store i32 1, ptr %p1
  ret i32 0
two:
  br label %three
three:
  %r = phi ptr [ %p1, %one ], [ %q, %two ]
  call void @call()
  %v = load i32, ptr %r
  ret i32 %v
}

; CHECK-LABEL: @accessed_elsewhere(
; CHECK: %r.base = select i1 %c, ptr %p, ptr %q
define i32 @accessed_elsewhere(ptr %p, ptr %q, ptr %to, i64 %n, i1 %c) {
  %p1 = getelementptr i8, ptr %p, i64 %n
  %p2 = getelementptr i8, ptr %p1, i64 -8
  store ptr %p1, ptr %to
  store i32 1, ptr %p2
  store {} zeroinitializer, ptr %p1
  %r = select i1 %c, ptr %p1, ptr %q
  call void @call()
  %v = load i32, ptr %r
  ret i32 %v
}

; CHECK-LABEL: @conflict_select(
; CHECK: %r.base = select i1 %c, ptr %p, ptr %q
; CHECK: store ptr %r.base, ptr %tricolor.slot
define i32 @conflict_select(ptr %p, ptr %q, i1 %c) {
  %p1 = getelementptr i8, ptr %p, i64 16
  %r = select i1 %c, ptr %p1, ptr %q
  call void @call()
  %v = load i32, ptr %r
  ret i32 %v
}

; Null and addresses that are no heap's leave the other operand's base, if it is defined on both ways.
; CHECK-LABEL: @with_null(
; CHECK-NOT: .base
; CHECK: store ptr %p, ptr %tricolor.slot
define i32 @with_null(ptr %p, i1 %c) {
  %p1 = getelementptr i8, ptr %p, i64 16
  %r = select i1 %c, ptr %p1, ptr null
  %s = select i1 %c, ptr %r, ptr @global
  call void @call()
  %v = load i32, ptr %s
  ret i32 %v
}

; CHECK-LABEL: @one_way(
; CHECK: %r.base = phi ptr [ null, %entry ], [ %p, %one ]
define i32 @one_way(i1 %c) {
entry:
  br i1 %c, label %one, label %two
one:
  %p = load ptr, ptr @global
  %p1 = getelementptr i8, ptr %p, i64 16
  br label %two
two:
  %r = phi ptr [ null, %entry ], [ %p1, %one ]
  call void @call()
  %v = load i32, ptr %r
  ret i32 %v
}

; Swapped around a loop: two objects, each phi its own base.
; CHECK-LABEL: @swap(
; CHECK-NOT: .base
; CHECK: loop:
; CHECK-DAG: store ptr %a, ptr
; CHECK-DAG: store ptr %b, ptr
define i32 @swap(ptr %p, ptr %q) {
entry:
  br label %loop
loop:
  %a = phi ptr [ %p, %entry ], [ %b, %loop ]
  %b = phi ptr [ %q, %entry ], [ %a, %loop ]
  call void @call()
  %v = load i32, ptr %a
  %done = icmp eq i32 %v, 0
  br i1 %done, label %exit, label %loop
exit:
  ret i32 %v
}

; A list walk through field addresses: the base phi follows the objects.
; CHECK-LABEL: @walk(
; CHECK: %slot.base = phi ptr [ %p, %entry ], [ %next, %loop ]
; CHECK: store ptr %slot.base
define ptr @walk(ptr %p) {
entry:
  %first = getelementptr i8, ptr %p, i64 8
  br label %loop
loop:
  %slot = phi ptr [ %first, %entry ], [ %field, %loop ]
  call void @call()
  %next = load ptr, ptr %slot
  %field = getelementptr i8, ptr %next, i64 8
  %done = icmp eq ptr %next, null
  br i1 %done, label %exit, label %loop
exit:
  ret ptr %slot
}

; Never the heap: locals, globals, constants, the exception in flight.
; CHECK-LABEL: @not_heap(
; CHECK-NOT: tricolor.slot
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}) ]
define void @not_heap(i1 %c) {
  %local = alloca i32
  %p = select i1 %c, ptr %local, ptr @global
  %q = getelementptr i8, ptr %p, i64 2
  call void @call()
  store i8 0, ptr %q
  ret void
}
