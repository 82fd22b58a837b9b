; Loops and functions without a poll of their own, and polls that share a barrier's test.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=test -passes=tricolor-barriers,tricolor-polls,tricolor-verify-barriers,verify -S %s | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define void @short(
; CHECK-NOT:   tricolor_poll
; CHECK:       ret void
define void @short(ptr %p) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %at = getelementptr i32, ptr %p, i64 %i
  store i32 0, ptr %at
  %next = add i64 %i, 1
  %done = icmp eq i64 %next, 16
  br i1 %done, label %end, label %loop
end:
  ret void
}

; CHECK-LABEL: define void @long(
; CHECK:       tricolor_poll
define void @long(ptr %p) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %at = getelementptr i32, ptr %p, i64 %i
  store i32 0, ptr %at
  %next = add i64 %i, 1
  %done = icmp eq i64 %next, 1000000
  br i1 %done, label %end, label %loop
end:
  ret void
}

; Intrinsics that surely are no calls are instructions; others may be calls.
; CHECK-LABEL: define double @short_with_intrinsic(
; CHECK-NOT:   tricolor_poll
; CHECK:       ret double
; CHECK-LABEL: define double @short_with_library(
; CHECK:       tricolor_poll
define double @short_with_intrinsic(double %x) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %s = phi double [ 0.0, %entry ], [ %sum, %loop ]
  %sum = call double @llvm.fmuladd.f64(double %s, double %x, double 1.0)
  %next = add i64 %i, 1
  %done = icmp eq i64 %next, 16
  br i1 %done, label %end, label %loop
end:
  ret double %sum
}
define double @short_with_library(double %x) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %s = phi double [ 0.0, %entry ], [ %sum, %loop ]
  %sum = call double @llvm.fma.f64(double %s, double %x, double 1.0)
  %next = add i64 %i, 1
  %done = icmp eq i64 %next, 16
  br i1 %done, label %end, label %loop
end:
  ret double %sum
}

; CHECK-LABEL: define void @short_with_call(
; CHECK:       tricolor_poll
define void @short_with_call() norecurse {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  call void @external()
  %next = add i64 %i, 1
  %done = icmp eq i64 %next, 16
  br i1 %done, label %end, label %loop
end:
  ret void
}

; The inner loop's latch is on every way round the outer one.
; CHECK-LABEL: define void @inner_always(
; CHECK-COUNT-1: call preserve_mostcc void @tricolor_poll()
; CHECK-NOT:   call preserve_mostcc void @tricolor_poll()
; CHECK:       ret void
define void @inner_always(i1 %a, i1 %b) {
entry:
  br label %outer
outer:
  br label %inner
inner:
  br i1 %a, label %inner, label %latch
latch:
  br i1 %b, label %outer, label %end
end:
  ret void
}

; Not if the inner loop may be passed by.
; CHECK-LABEL: define void @inner_sometimes(
; CHECK-COUNT-2: call preserve_mostcc void @tricolor_poll()
; CHECK:       ret void
define void @inner_sometimes(i1 %a, i1 %b, i1 %c) {
entry:
  br label %outer
outer:
  br i1 %c, label %inner, label %latch
inner:
  br i1 %a, label %inner, label %latch
latch:
  br i1 %b, label %outer, label %end
end:
  ret void
}

; An allocation polls.
; CHECK-LABEL: define void @allocates(
; CHECK-NOT:   call preserve_mostcc void @tricolor_poll()
; CHECK:       ret void
define void @allocates(ptr %type, i1 %a) {
entry:
  br label %loop
loop:
  %o = call ptr @tricolor_new(ptr %type)
  br i1 %a, label %loop, label %end
end:
  ret void
}

; One test for both flags; the poll comes first.
; CHECK-LABEL: define void @shared(
; CHECK:       load volatile i64, ptr @tricolor_control, align 8
; CHECK:       load volatile i32, ptr @tricolor_control, align 4
; CHECK:       call preserve_mostcc void @tricolor_poll()
; CHECK:       load volatile i32, ptr getelementptr inbounds (i8, ptr @tricolor_control, i64 4), align 4
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
; CHECK:       store ptr %v
; CHECK-NOT:   volatile
; CHECK:       ret void
define void @shared(ptr %p, ptr %v, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %at = getelementptr ptr, ptr %p, i64 %i
  store ptr %v, ptr %at
  %next = add i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %end, label %loop
end:
  ret void
}

; Where ways meet at the end of a loop, each that has a barrier's test polls there, the others by themselves.
; CHECK-LABEL: define void @dispatch(
; CHECK:       [[SECOND:%.*]] = load volatile i64, ptr @tricolor_control
; CHECK:       third:
; CHECK-NEXT:  load volatile i32, ptr @tricolor_control, align 4
; CHECK:       call preserve_mostcc void @tricolor_poll()
; CHECK:       latch:
; CHECK-NOT:   volatile i32
; CHECK:       ret void
define void @dispatch(ptr %p, ptr %v, ptr %ops) {
entry:
  br label %latch
first:
  store ptr %v, ptr %p
  br label %latch
second:
  %q = getelementptr ptr, ptr %p, i64 9
  store ptr %p, ptr %q
  br label %latch
third:
  br label %latch
latch:
  %pc = phi ptr [ %ops, %entry ], [ %next, %first ], [ %next, %second ], [ %next, %third ]
  %op = load i8, ptr %pc
  %next = getelementptr i8, ptr %pc, i64 1
  switch i8 %op, label %end [
    i8 0, label %first
    i8 1, label %second
    i8 2, label %third
  ]
end:
  ret void
}

; No poll comes between an allocation and a write that has no barrier for it.
; CHECK-LABEL: define void @keeps_fresh(
; CHECK:       call ptr @_Znwm
; CHECK-NOT:   tricolor_poll
; CHECK:       store ptr %x, ptr %p
; CHECK:       load volatile i64, ptr @tricolor_control
; CHECK:       ret void
define void @keeps_fresh(ptr %q, ptr %x, ptr %g) norecurse {
entry:
  br label %loop
loop:
  %p = call ptr @_Znwm(i64 32)
  store ptr %x, ptr %q
  store volatile i32 0, ptr %g
  %c = load volatile i32, ptr %g
  store ptr %x, ptr %p
  store ptr %p, ptr %q
  %done = icmp eq i32 %c, 0
  br i1 %done, label %end, label %loop
end:
  ret void
}
declare ptr @_Znwm(i64)

; A call that may lead back comes before the test: the entry polls by itself.
; CHECK-LABEL: define void @not_shared(
; CHECK:       load volatile i32, ptr @tricolor_control, align 4
; CHECK:       call void @external()
; CHECK:       load volatile i32, ptr getelementptr inbounds (i8, ptr @tricolor_control, i64 4), align 4
define void @not_shared(ptr %p, ptr %v) {
  call void @external()
  store ptr %v, ptr %p
  ret void
}

; Every cycle of calls inside the module has one poll; who only calls into it has none.
; CHECK-LABEL: define void @ping(
; CHECK-NOT:   tricolor_poll
; CHECK:       call void @pong
; CHECK-LABEL: define void @pong(
; CHECK:       tricolor_poll
; CHECK-LABEL: define void @calls_ping(
; CHECK-NOT:   tricolor_poll
; CHECK:       ret void
define void @ping(i1 %c) {
  call void @pong(i1 %c)
  ret void
}
define void @pong(i1 %c) {
  br i1 %c, label %more, label %end
more:
  call void @ping(i1 %c)
  br label %end
end:
  ret void
}
define void @calls_ping(i1 %c) {
  call void @ping(i1 %c)
  ret void
}

; The linker may take another module's copy of an inline function, which polls elsewhere.
; CHECK-LABEL: define void @calls_inline(
; CHECK:       tricolor_poll
define void @calls_inline() {
  call void @inline()
  ret void
}
define linkonce_odr void @inline() {
  ret void
}

; A poll before the cold call, none at the entry.
; CHECK-LABEL: define void @fails(
; CHECK:       br i1 %c, label %bad, label %good
; CHECK:       call preserve_mostcc void @tricolor_poll()
; CHECK:       call void @error()
define void @fails(i1 %c) {
  br i1 %c, label %bad, label %good
bad:
  call void @error()
  unreachable
good:
  ret void
}

; The short way out has no poll; nor does one come between a barrier's test and its write.
; CHECK-LABEL: define void @short_way(
; CHECK-NOT:   tricolor_poll
; CHECK:       br i1 %c, label %call, label %end
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(
; CHECK:       store ptr %v, ptr %p
; CHECK:       call preserve_mostcc void @tricolor_poll()
; CHECK:       call void @external()
define void @short_way(i1 %c, ptr %p, ptr %v) {
  br i1 %c, label %call, label %end
call:
  %length = call i64 @strlen(ptr %v)
  store ptr %v, ptr %p
  call void @external()
  br label %end
end:
  ret void
}

; What the caller of such a function relies on is its own poll.
; CHECK-LABEL: define void @not_surely(
; CHECK:       call preserve_mostcc void @tricolor_poll()
define void @not_surely(i1 %c, ptr %p) norecurse {
entry:
  br label %loop
loop:
  call void @short_way(i1 %c, ptr %p, ptr null)
  br i1 %c, label %loop, label %end
end:
  ret void
}

declare i64 @strlen(ptr)
declare ptr @tricolor_new(ptr)
declare void @external()
declare void @error() noreturn
