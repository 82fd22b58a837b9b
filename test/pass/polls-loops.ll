; Every cycle of control flow has a poll.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=test -passes=tricolor-polls,verify -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define void @loop(
; CHECK:       loop:
; CHECK:       [[DONE:%.*]] = icmp eq i32 %next, 0
; CHECK-NEXT:  [[FLAG:%.*]] = load volatile i32, ptr @tricolor_control, align 4
; CHECK-NEXT:  [[SET:%.*]] = icmp ne i32 [[FLAG]], 0
; CHECK-NEXT:  br i1 [[SET]], label %[[COLD:.*]], label %[[GO:.*]], !prof [[UNLIKELY:!.*]]
; CHECK:       [[COLD]]:
; CHECK-NEXT:  call preserve_mostcc void @tricolor_poll()
; CHECK-NEXT:  br label %[[GO]]
; CHECK:       [[GO]]:
; CHECK-NEXT:  br i1 [[DONE]], label %end, label %loop
; CHECK-NOT:   tricolor_poll
; CHECK:       ret void
define void @loop(ptr %p) {
entry:
  br label %loop
loop:
  %next = load i32, ptr %p
  %done = icmp eq i32 %next, 0
  br i1 %done, label %end, label %loop
end:
  ret void
}

; Two latches of one loop, and a loop around it: the first latch is on every way to the others.
; CHECK-LABEL: define void @nest(
; CHECK-COUNT-1: call preserve_mostcc void @tricolor_poll()
; CHECK-NOT:   call preserve_mostcc void @tricolor_poll()
; CHECK:       ret void
define void @nest(i1 %a, i1 %b, i1 %c) {
entry:
  br label %outer
outer:
  br label %inner
inner:
  br i1 %a, label %inner, label %second
second:
  br i1 %b, label %inner, label %latch
latch:
  br i1 %c, label %outer, label %end
end:
  ret void
}

; A cycle with two entries is no natural loop.
; CHECK-LABEL: define void @irreducible(
; CHECK:       call preserve_mostcc void @tricolor_poll()
define void @irreducible(i1 %c) {
entry:
  br i1 %c, label %left, label %right
left:
  br i1 %c, label %right, label %end
right:
  br i1 %c, label %left, label %end
end:
  ret void
}

; An invoke as terminator.
; CHECK-LABEL: define void @invoke_latch(
; CHECK:       loop:
; CHECK-NEXT:  load volatile i32, ptr @tricolor_control
; CHECK:       call preserve_mostcc void @tricolor_poll()
; CHECK:       invoke void @callee()
; CHECK-NEXT:  to label %loop unwind label %pad
define void @invoke_latch() norecurse personality ptr @__gxx_personality_v0 {
entry:
  br label %loop
loop:
  invoke void @callee() to label %loop unwind label %pad
pad:
  %lp = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %lp
}
declare void @callee()
declare i32 @__gxx_personality_v0(...)

; CHECK-LABEL: define void @exempt(
; CHECK-NOT:   call preserve_mostcc void @tricolor_poll()
; CHECK:       ret void
define void @exempt(i1 %c) "tricolor-no-poll" {
entry:
  br label %loop
loop:
  br i1 %c, label %loop, label %end
end:
  ret void
}

; CHECK: declare preserve_mostcc void @tricolor_poll() [[ATTRS:#[0-9]+]]
; CHECK: attributes [[ATTRS]] = { cold nounwind }
; CHECK: [[UNLIKELY]] = !{!"branch_weights", i32 1, i32 1048575}
