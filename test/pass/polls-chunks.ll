; Counted loops run in chunks, with a poll in between.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=test -passes=tricolor-polls,verify -S %s | FileCheck %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=test -passes=tricolor-polls -pass-remarks=tricolor -disable-output %s 2>&1 \
; RUN:   | FileCheck %s --check-prefix=REMARK

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; REMARK: polls in up: 0 at the entry, 1 in loops, 0 before cold calls (0 with a barrier's test); none for 0 short loops, 0 that pass another poll, 1 in chunks
; CHECK-LABEL: define i32 @up(
; CHECK:       loop.chunks:
; CHECK-NEXT:  [[LEFT:%.*]] = sub i64 %n, 1
; CHECK-NEXT:  [[MANY:%.*]] = icmp ugt i64 [[LEFT]], 1024
; CHECK-NEXT:  br i1 [[MANY]], label %loop.chunk.split, label %loop.chunk, !prof
; CHECK:       loop.chunk:
; CHECK-NEXT:  [[I:%.*]] = phi i64 [ 0, %loop.chunks ], [ [[FURTHER:%.*]], %loop.chunk.split ]
; CHECK-NEXT:  [[S:%.*]] = phi i32 [ 0, %loop.chunks ], [ {{.*}}, %loop.chunk.split ]
; CHECK-NEXT:  [[BOUND:%.*]] = phi i64 [ %n, %loop.chunks ], [ [[NEARER:%.*]], %loop.chunk.split ]
; CHECK-NEXT:  br label %loop
; CHECK:       loop:
; CHECK-NEXT:  %i = phi i64 [ %next, %loop ], [ [[I]], %loop.chunk ]
; CHECK-NEXT:  %s = phi i32 [ %sum, %loop ], [ [[S]], %loop.chunk ]
; CHECK-NOT:   tricolor
; CHECK:       [[GO:%.*]] = icmp eq i64 %next, [[BOUND]]
; CHECK-NEXT:  br i1 [[GO]], label %loop.chunk.end, label %loop
; CHECK:       loop.chunk.end:
; CHECK-NEXT:  [[MORE:%.*]] = icmp ne i64 [[BOUND]], %n
; CHECK-NEXT:  br i1 [[MORE]], label %loop.chunk.next, label %end
; CHECK:       loop.chunk.next:
; CHECK:       call preserve_mostcc void @tricolor_poll()
; CHECK:       loop.chunk.split:
; CHECK-NEXT:  [[FURTHER]] = phi i64 [ 0, %loop.chunks ], [ %next, %{{.*}} ]
; CHECK:       [[FIRST:%.*]] = add i64 [[FURTHER]], 1
; CHECK-NEXT:  [[REST:%.*]] = sub i64 %n, [[FIRST]]
; CHECK-NEXT:  [[MIN:%.*]] = call i64 @llvm.umin.i64(i64 [[REST]], i64 1024)
; CHECK-NEXT:  [[NEARER]] = add i64 [[FIRST]], [[MIN]]
; CHECK-NOT:   tricolor_poll
; CHECK:       ret i32 %sum
define i32 @up(ptr %p, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %s = phi i32 [ 0, %entry ], [ %sum, %loop ]
  %at = getelementptr i32, ptr %p, i64 %i
  %x = load i32, ptr %at
  %sum = add i32 %s, %x
  %next = add i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %end, label %loop
end:
  ret i32 %sum
}

; Known not to be done when it begins: one addition less.
; CHECK-LABEL: define void @guarded(
; CHECK:       loop.chunk.split:
; CHECK-NEXT:  [[I:%.*]] = phi i64
; CHECK-NEXT:  [[LEFT:%.*]] = sub i64 %n, [[I]]
; CHECK-NEXT:  [[MIN:%.*]] = call i64 @llvm.umin.i64(i64 [[LEFT]], i64 1024)
; CHECK-NEXT:  add i64 [[I]], [[MIN]]
define void @guarded(ptr %p, i64 %n) {
entry:
  %none = icmp eq i64 %n, 0
  br i1 %none, label %end, label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %at = getelementptr i32, ptr %p, i64 %i
  store i32 0, ptr %at
  %next = add i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %end, label %loop
end:
  ret void
}

; Downwards by four, and the operands the other way round.
; CHECK-LABEL: define void @down(
; CHECK:       [[LEFT:%.*]] = sub i32 {{.*}}, %n
; CHECK-NEXT:  icmp ugt i32 [[LEFT]], 4096
; CHECK:       [[BOUND:%.*]] = phi i32 [ %n, %loop.chunks ], [ [[NEARER:%.*]], %loop.chunk.split ]
; CHECK:       loop:
; CHECK:       [[GO:%.*]] = icmp sgt i32 %next, [[BOUND]]
; CHECK-NEXT:  br i1 [[GO]], label %loop, label %loop.chunk.end
; CHECK:       loop.chunk.end:
; CHECK-NEXT:  [[MORE:%.*]] = icmp sgt i32 %next, %n
; CHECK-NEXT:  br i1 [[MORE]], label %loop.chunk.next, label %end
; CHECK:       loop.chunk.split:
; CHECK-NEXT:  [[I:%.*]] = phi i32
; CHECK-NEXT:  [[FROM:%.*]] = call i32 @llvm.ssub.sat.i32(i32 [[I]], i32 4096)
; CHECK-NEXT:  [[NEARER]] = call i32 @llvm.smax.i32(i32 [[FROM]], i32 %n)
define void @down(ptr %p, i32 %m, i32 %n) {
entry:
  br label %loop
loop:
  %i = phi i32 [ %m, %entry ], [ %next, %loop ]
  %at = getelementptr i32, ptr %p, i32 %i
  store i32 0, ptr %at
  %next = add nsw i32 %i, -4
  %go = icmp slt i32 %n, %next
  br i1 %go, label %loop, label %end
end:
  ret void
}

; A pointer counts.
; CHECK-LABEL: define void @pointers(
; CHECK:       loop.chunk.split:
; CHECK-NEXT:  [[P:%.*]] = phi ptr
; CHECK-NEXT:  [[FROM:%.*]] = ptrtoint ptr [[P]] to i64
; CHECK-NEXT:  [[TO:%.*]] = ptrtoint ptr %end to i64
; CHECK-NEXT:  [[LEFT:%.*]] = sub i64 [[TO]], [[FROM]]
; CHECK-NEXT:  [[MIN:%.*]] = call i64 @llvm.umin.i64(i64 [[LEFT]], i64 8192)
; CHECK-NEXT:  getelementptr i8, ptr [[P]], i64 [[MIN]]
define void @pointers(ptr %begin, i64 %n) {
entry:
  %end = getelementptr inbounds i64, ptr %begin, i64 %n
  %none = icmp eq ptr %begin, %end
  br i1 %none, label %exit, label %loop
loop:
  %p = phi ptr [ %begin, %entry ], [ %next, %loop ]
  store double 0.0, ptr %p
  %next = getelementptr inbounds i64, ptr %p, i64 1
  %done = icmp eq ptr %next, %end
  br i1 %done, label %exit, label %loop
exit:
  ret void
}

; The counted exit is at the beginning, and the round begins again.
; CHECK-LABEL: define i64 @same(
; CHECK:       call preserve_mostcc void @tricolor_poll()
; CHECK:       loop.chunk.split:
; CHECK-NEXT:  [[I:%.*]] = phi i64 [ 0, %loop.chunks ], [ %i, %{{.*}} ]
; CHECK-NEXT:  [[LEFT:%.*]] = sub i64 %n, [[I]]
; CHECK-NOT:   tricolor_poll
; CHECK:       ret i64
define i64 @same(ptr %a, ptr %b, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %more ]
  %done = icmp eq i64 %i, %n
  br i1 %done, label %end, label %more
more:
  %pa = getelementptr i8, ptr %a, i64 %i
  %pb = getelementptr i8, ptr %b, i64 %i
  %ca = load i8, ptr %pa
  %cb = load i8, ptr %pb
  %next = add i64 %i, 1
  %equal = icmp eq i8 %ca, %cb
  br i1 %equal, label %loop, label %end
end:
  ret i64 %i
}

; Not when something was written before the test.
; CHECK-LABEL: define void @written(
; CHECK-NOT:   umin
; CHECK:       ret void
define void @written(ptr %a, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %more ]
  %x = load i32, ptr %a
  %y = add i32 %x, 1
  store i32 %y, ptr %a
  %done = icmp eq i64 %i, %n
  br i1 %done, label %end, label %more
more:
  %next = add i64 %i, 1
  %c = load i8, ptr %a
  %equal = icmp eq i8 %c, 0
  br i1 %equal, label %loop, label %end
end:
  ret void
}

; Nor a test that some rounds do without.
; CHECK-LABEL: define void @sometimes(
; CHECK-NOT:   umin
; CHECK:       ret void
define void @sometimes(ptr %a, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %latch ]
  %next = add i64 %i, 1
  %c = load volatile i8, ptr %a
  %some = icmp eq i8 %c, 0
  br i1 %some, label %test, label %latch
test:
  %done = icmp eq i64 %i, %n
  br i1 %done, label %end, label %latch
latch:
  %d = load volatile i8, ptr %a
  %stop = icmp eq i8 %d, 0
  br i1 %stop, label %end, label %loop
end:
  ret void
}

; Nor an exit by data, nor a limit that changes.
; CHECK-LABEL: define void @data(
; CHECK-NOT:   umin
; CHECK:       ret void
define void @data(ptr %p) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %next = add i64 %i, 1
  %n = load volatile i64, ptr %p
  %done = icmp eq i64 %next, %n
  br i1 %done, label %end, label %loop
end:
  ret void
}

; Nor a loop that may step over its limit and go all the way round.
; CHECK-LABEL: define void @over(
; CHECK-NOT:   umin
; CHECK:       ret void
define void @over(ptr %p, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  store volatile i32 0, ptr %p
  %next = add i64 %i, 3
  %done = icmp eq i64 %next, %n
  br i1 %done, label %end, label %loop
end:
  ret void
}

; Nor one with a call.
; CHECK-LABEL: define void @calls(
; CHECK-NOT:   umin
; CHECK:       ret void
define void @calls(i64 %n) norecurse {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  call void @external()
  %next = add i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %end, label %loop
end:
  ret void
}

; Nor where size counts.
; CHECK-LABEL: define void @small(
; CHECK-NOT:   umin
; CHECK:       ret void
define void @small(ptr %p, i64 %n) optsize {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %at = getelementptr i32, ptr %p, i64 %i
  store i32 0, ptr %at
  %next = add i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %end, label %loop
end:
  ret void
}

; The inner loop's chunks do not poll for the outer loop, nor the outer one's rounds for the inner.
; CHECK-LABEL: define void @nest(
; CHECK-COUNT-2: call preserve_mostcc void @tricolor_poll()
; CHECK-NOT:   tricolor_poll
; CHECK:       ret void
define void @nest(ptr %p, i64 %n, i64 %m) {
entry:
  br label %outer
outer:
  %j = phi i64 [ 0, %entry ], [ %nextj, %latch ]
  %row = getelementptr [100 x i32], ptr %p, i64 %j
  br label %inner
inner:
  %i = phi i64 [ 0, %outer ], [ %next, %inner ]
  %at = getelementptr i32, ptr %row, i64 %i
  store i32 0, ptr %at
  %next = add i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %latch, label %inner
latch:
  %nextj = add i64 %j, 1
  %donej = icmp eq i64 %nextj, %m
  br i1 %donej, label %end, label %outer
end:
  ret void
}

declare void @external()
