; A root is listed at a call if it is used afterwards: not for the call's own arguments, not when dead.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare void @call(ptr)
declare ptr @make()
declare i32 @personality(...)

; CHECK-LABEL: @dead_after(
; CHECK-NOT: tricolor.slot
; CHECK: call void @call(ptr %p) [ "deopt"(i32 {{[0-9]+}}) ]
define void @dead_after(ptr %p) {
  call void @call(ptr %p)
  ret void
}

; CHECK-LABEL: @result(
; CHECK: %p = call ptr @make() [ "deopt"(i32 {{[0-9]+}}) ]
; CHECK-NEXT: store ptr %p, ptr %tricolor.slot
; CHECK-NEXT: call void @call(ptr null) [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
; CHECK-NEXT: call void @call(ptr %p) [ "deopt"(i32 {{[0-9]+}}) ]
define void @result() {
  %p = call ptr @make()
  call void @call(ptr null)
  call void @call(ptr %p)
  ret void
}

; Live around the loop, not after it.
; CHECK-LABEL: @loop(
; CHECK: loop:
; CHECK: call void @call(ptr %p) [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
; CHECK: exit:
; CHECK: call void @call(ptr null) [ "deopt"(i32 {{[0-9]+}}) ]
define void @loop(ptr %p, i32 %n) {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  call void @call(ptr %p)
  %next = add i32 %i, 1
  %more = icmp ult i32 %next, %n
  br i1 %more, label %loop, label %exit
exit:
  call void @call(ptr null)
  ret void
}

; Used on one way only: live where that way is still ahead.
; CHECK-LABEL: @one_way(
; CHECK: call void @call(ptr null) [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
; CHECK: no:
; CHECK-NEXT: call void @call(ptr null) [ "deopt"(i32 {{[0-9]+}}) ]
define void @one_way(ptr %p, i1 %c) {
  call void @call(ptr null)
  br i1 %c, label %yes, label %no
yes:
  call void @call(ptr %p)
  ret void
no:
  call void @call(ptr null)
  ret void
}

; Two that are never live at the same time share a slot.
; CHECK-LABEL: @shared_slot(
; CHECK: %tricolor.slot = alloca ptr
; CHECK-NOT: alloca
; CHECK: store ptr %p, ptr %tricolor.slot
; CHECK: store ptr %q, ptr %tricolor.slot
define void @shared_slot() {
  %p = call ptr @make()
  call void @call(ptr null)
  call void @call(ptr %p)
  %q = call ptr @make()
  call void @call(ptr null)
  call void @call(ptr %q)
  ret void
}

; The way through an exception counts. The result of an invoke is stored on the edge where it exists, once,
; although the normal destination is a loop.
; CHECK-LABEL: @exception(
; CHECK: %p = invoke ptr @make() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr [[O:%tricolor.slot[0-9]*]]) ]
; CHECK-NEXT: to label %[[EDGE:.*]] unwind label %pad
; CHECK: [[EDGE]]:
; CHECK-NEXT: store ptr %p, ptr [[P:%tricolor.slot[0-9]*]]
; CHECK-NEXT: br label %loop
; CHECK: loop:
; CHECK: call void @call(ptr %p) [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr [[P]]) ]
; CHECK: pad:
; CHECK: call void @call(ptr %o) [ "deopt"(i32 {{[0-9]+}}) ]
define void @exception(ptr %o, i32 %n) personality ptr @personality {
entry:
  %p = invoke ptr @make() to label %loop unwind label %pad
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  call void @call(ptr %p)
  %next = add i32 %i, 1
  %more = icmp ult i32 %next, %n
  br i1 %more, label %loop, label %exit
exit:
  ret void
pad:
  %l = landingpad { ptr, i32 } cleanup
  call void @call(ptr %o)
  resume { ptr, i32 } %l
}
