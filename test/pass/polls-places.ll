; Where trap polls stand: at the beginning of a loop that goes round nearly always, else at the end of the round;
; before calls only on the ways that make them, and once where a loop needs one too.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=trap -passes=tricolor-polls,verify -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

; Many ways meet at the end of the round, in a block that has nothing else to do: a poll would keep it.
; CHECK-LABEL: define i64 @interpreter(
; CHECK:       dispatch:
; CHECK-NEXT:  %pc = phi ptr
; CHECK-NEXT:  %top = phi i64
; CHECK-NEXT:  call preserve_mostcc void @tricolor_trap_poll()
; CHECK-NOT:   trap_poll
; CHECK:       ret i64
define i64 @interpreter(ptr %code) {
entry:
  br label %dispatch
dispatch:
  %pc = phi ptr [ %code, %entry ], [ %next, %again ]
  %top = phi i64 [ 0, %entry ], [ %value, %again ]
  %op = load i8, ptr %pc
  %next = getelementptr i8, ptr %pc, i64 1
  switch i8 %op, label %again [
    i8 0, label %increment
    i8 1, label %double
    i8 2, label %end
  ], !prof !0
increment:
  %incremented = add i64 %top, 1
  br label %again
double:
  %doubled = shl i64 %top, 1
  br label %again
again:
  %value = phi i64 [ %top, %dispatch ], [ %incremented, %increment ], [ %doubled, %double ]
  br label %dispatch
end:
  ret i64 %top
}

; A search may end in its first round, which has no poll then.
; CHECK-LABEL: define ptr @search(
; CHECK:       look:
; CHECK-NOT:   trap_poll
; CHECK:       further:
; CHECK-NEXT:  %next = load ptr, ptr %node
; CHECK-NEXT:  %none = icmp eq ptr %next, null
; CHECK-NEXT:  call preserve_mostcc void @tricolor_trap_poll()
; CHECK-NEXT:  br i1
define ptr @search(ptr %first, i64 %key) {
entry:
  br label %look
look:
  %node = phi ptr [ %first, %entry ], [ %next, %further ]
  %field = getelementptr i8, ptr %node, i64 8
  %value = load i64, ptr %field
  %found = icmp eq i64 %value, %key
  br i1 %found, label %end, label %further, !prof !1
further:
  %next = load ptr, ptr %node
  %none = icmp eq ptr %next, null
  br i1 %none, label %end, label %look
end:
  %result = phi ptr [ %node, %look ], [ null, %further ]
  ret ptr %result
}

; Loads that only the comparison uses are folded into it, if nothing stands between.
; CHECK-LABEL: define i1 @compare(
; CHECK:       digits:
; CHECK-NEXT:  call preserve_mostcc void @tricolor_trap_poll()
; CHECK-NOT:   trap_poll
; CHECK:       ret i1
define i1 @compare(ptr %a, ptr %b, i64 %n, ptr %end.of.a) {
entry:
  br label %count
count:
  %i = phi i64 [ %n, %entry ], [ %next, %digits ]
  %last = load i64, ptr %end.of.a
  %none = icmp eq i64 %i, %last
  br i1 %none, label %end, label %digits, !prof !1
digits:
  %next = add i64 %i, -1
  %p = getelementptr i32, ptr %a, i64 %next
  %q = getelementptr i32, ptr %b, i64 %next
  %x = load i32, ptr %p
  %y = load i32, ptr %q
  %same = icmp eq i32 %x, %y
  br i1 %same, label %count, label %end
end:
  %result = phi i1 [ true, %count ], [ false, %digits ]
  ret i1 %result
}

; The way out that calls nothing has no poll. A block in the loop serves both cycles.
; CHECK-LABEL: define i64 @sum(
; CHECK:       entry:
; CHECK-NOT:   trap_poll
; CHECK:       loop:
; CHECK:       call preserve_mostcc void @tricolor_trap_poll()
; CHECK-NEXT:  %below = call i64 @sum(
; CHECK-NOT:   trap_poll
; CHECK:       ret i64
define i64 @sum(ptr %root) {
entry:
  %none = icmp eq ptr %root, null
  br i1 %none, label %end, label %loop
loop:
  %node = phi ptr [ %root, %entry ], [ %right, %loop ]
  %so.far = phi i64 [ 0, %entry ], [ %with.below, %loop ]
  %left = load ptr, ptr %node
  %below = call i64 @sum(ptr %left)
  %with.below = add i64 %so.far, %below
  %field = getelementptr i8, ptr %node, i64 8
  %right = load ptr, ptr %field
  %last = icmp eq ptr %right, null
  br i1 %last, label %end, label %loop
end:
  %result = phi i64 [ 0, %entry ], [ %with.below, %loop ]
  ret i64 %result
}

; Two rare ways that call, and a frequent one that does not.
; CHECK-LABEL: define void @rarely(
; CHECK:       entry:
; CHECK-NOT:   trap_poll
; CHECK:       first:
; CHECK-NEXT:  call preserve_mostcc void @tricolor_trap_poll()
; CHECK-NEXT:  call void @external()
; CHECK:       second:
; CHECK-NEXT:  call preserve_mostcc void @tricolor_trap_poll()
; CHECK-NEXT:  call void @external()
define void @rarely(i32 %kind) {
entry:
  switch i32 %kind, label %end [
    i32 0, label %first
    i32 1, label %second
  ], !prof !2
first:
  call void @external()
  br label %end
second:
  call void @external()
  br label %end
end:
  ret void
}

; Often taken, one poll before the ways part is less.
; CHECK-LABEL: define void @often(
; CHECK:       entry:
; CHECK-NEXT:  call preserve_mostcc void @tricolor_trap_poll()
; CHECK-NOT:   trap_poll
; CHECK:       ret void
define void @often(i32 %kind) {
entry:
  switch i32 %kind, label %end [
    i32 0, label %first
    i32 1, label %second
  ], !prof !3
first:
  call void @external()
  br label %end
second:
  call void @external()
  br label %end
end:
  ret void
}

; A cold call before the call that the function polls for has a poll of its own: else both cycles through @cold_first
; and its callee would have none. Behind that call it has none.
; CHECK-LABEL: define void @cold_first(
; CHECK:       calls:
; CHECK-NEXT:  call preserve_mostcc void @tricolor_trap_poll()
; CHECK-NEXT:  call void @calls_cold_first()
; CHECK-NEXT:  call preserve_mostcc void @tricolor_trap_poll()
; CHECK-NEXT:  call void @external()
; CHECK-NEXT:  call void @calls_cold_first()
; CHECK:       ret void
define void @cold_first(i1 %way) {
entry:
  br i1 %way, label %calls, label %end
calls:
  call void @calls_cold_first() cold
  call void @external()
  call void @calls_cold_first() cold
  br label %end
end:
  ret void
}

; CHECK-LABEL: define internal void @calls_cold_first(
; CHECK-NOT:   trap_poll
; CHECK:       ret void
define internal void @calls_cold_first() noinline {
  call void @cold_first(i1 true)
  ret void
}

; A function that polls on every way, though not at its entry, polls for a loop that calls it; one that may return
; or throw before does not.
; CHECK-LABEL: define void @calls_surely(
; CHECK-NOT:   trap_poll
; CHECK:       ret void
define void @calls_surely(i1 %way) norecurse {
entry:
  br label %loop
loop:
  call void @surely(i1 %way)
  %more = call i1 @more()
  br i1 %more, label %loop, label %end
end:
  ret void
}

; CHECK-LABEL: define void @calls_perhaps(
; CHECK:       loop:
; CHECK-NEXT:  call preserve_mostcc void @tricolor_trap_poll()
; CHECK:       ret void
define void @calls_perhaps(i32 %kind) norecurse {
entry:
  br label %loop
loop:
  call void @rarely(i32 %kind)
  %more = call i1 @more()
  br i1 %more, label %loop, label %end
end:
  ret void
}

; CHECK-LABEL: define void @calls_thrower(
; CHECK:       loop:
; CHECK-NEXT:  call preserve_mostcc void @tricolor_trap_poll()
; CHECK:       ret void
define void @calls_thrower(i1 %way) norecurse {
entry:
  br label %loop
loop:
  call void @thrower(i1 %way)
  %more = call i1 @more()
  br i1 %more, label %loop, label %end
end:
  ret void
}

define void @surely(i1 %way) noinline {
entry:
  br i1 %way, label %left, label %right
left:
  br label %both
right:
  br label %both
both:
  call void @external()
  ret void
}

define void @thrower(i1 %way) noinline {
entry:
  br i1 %way, label %left, label %both
left:
  call void @quiet()
  br label %both
both:
  call void @external()
  ret void
}

declare void @external()
declare void @quiet() nocallback
declare i1 @more() nocallback nounwind

!0 = !{!"branch_weights", i32 1000, i32 1000, i32 1000, i32 1}
!1 = !{!"branch_weights", i32 1, i32 1}
!2 = !{!"branch_weights", i32 1000, i32 1, i32 1}
!3 = !{!"branch_weights", i32 1, i32 1000, i32 1000}
