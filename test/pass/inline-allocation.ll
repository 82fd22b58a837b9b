; An allocation of known size takes a slot of the thread's run, and calls the runtime only where the run is empty.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-inline-allocation,verify -S %s | FileCheck %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor -S %s -o %t.ll
; RUN: FileCheck %s --check-prefix=ALL < %t.ll
; RUN: %llc -load %tricolor_pass -O2 -relocation-model=pic %t.ll -o - | FileCheck %s --check-prefix=CODE
; RUN: %opt -load-pass-plugin=%tricolor_pass "-passes=tricolor<slots>" -S %s | FileCheck %s --check-prefix=SLOTS
;
; Not at -O0.
; SLOTS-NOT: tricolor_runs

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

%descriptor = type { i32, i32, i64, i32, i32, ptr, ptr, ptr, i32, i32 }
@program = private constant [4 x i64] [i64 514, i64 3, i64 0, i64 0]
@name = private constant [2 x i8] c"T\00"
@Pair = hidden global %descriptor { i32 2, i32 1, i64 16, i32 8, i32 4, ptr @program, ptr @name, ptr null, i32 0, i32 0 }
@Byte = hidden global %descriptor { i32 2, i32 3, i64 1, i32 1, i32 0, ptr null, ptr @name, ptr null, i32 0, i32 0 }
@Wide = hidden global %descriptor { i32 2, i32 3, i64 64, i32 64, i32 0, ptr null, ptr @name, ptr null, i32 0, i32 0 }
@Other = external global %descriptor

; CHECK: @tricolor_runs = external thread_local(initialexec) global ptr

; CHECK-LABEL: define ptr @one(
; CHECK:         [[OFFSET:%.*]] = load i32, ptr getelementptr inbounds (i8, ptr @Pair, i64 52)
; CHECK-NEXT:    [[WIDE:%.*]] = zext i32 [[OFFSET]] to i64
; CHECK-NEXT:    [[ADDRESS:%.*]] = call ptr @llvm.threadlocal.address.p0(ptr @tricolor_runs)
; CHECK-NEXT:    [[RUNS:%.*]] = load ptr, ptr [[ADDRESS]]
; CHECK-NEXT:    [[MINE:%.*]] = getelementptr i8, ptr [[RUNS]], i64 [[WIDE]]
; CHECK:         [[NEXT:%.*]] = load volatile ptr, ptr
; CHECK:         [[END:%.*]] = load volatile ptr, ptr
; CHECK-NEXT:    [[EMPTY:%.*]] = icmp eq ptr [[NEXT]], [[END]]
; CHECK-NEXT:    br i1 [[EMPTY]], label %[[SLOW:.*]], label %[[FAST:.*]], !prof
; CHECK:       [[SLOW]]:
; CHECK-NEXT:    [[CALLED:%.*]] = call ptr @tricolor_new(ptr @Pair)
; CHECK-NEXT:    br label %[[END:.*]]
; CHECK:       [[FAST]]:
; CHECK:         load i16
; CHECK:         store volatile ptr
; CHECK-NEXT:    fence syncscope("singlethread") release
; CHECK-NEXT:    br label %[[END]]
; CHECK:       [[END]]:
; CHECK-NEXT:    [[OBJECT:%.*]] = phi ptr [ [[CALLED]], %[[SLOW]] ], [ [[NEXT]], %[[FAST]] ]
; CHECK-NEXT:    ret ptr [[OBJECT]]

; The whole of it, without a call.
; CODE-LABEL: {{^}}one:
; CODE:         movl Pair+52(%rip), %edx
; CODE-NEXT:    movq tricolor_runs@GOTTPOFF(%rip), %rax
; CODE-NEXT:    movq %fs:(%rax), %rcx
; CODE-NEXT:    movq (%rcx,%rdx), %rax
; CODE-NEXT:    cmpq 8(%rcx,%rdx), %rax
; CODE-NEXT:    je
; CODE:         addq %rdx, %rcx
; CODE-NEXT:    movzwl 16(%rcx), %edx
; CODE-NEXT:    addq %rax, %rdx
; CODE-NEXT:    movq %rdx, (%rcx)
; CODE-NEXT:    #MEMBARRIER
; CODE-NEXT:    retq
define ptr @one() {
  %o = call ptr @tricolor_new(ptr @Pair)
  ret ptr %o
}

; A slot is not tested for null.
; CHECK-LABEL: define ptr @checked(
; CHECK:         fence
; CHECK-NEXT:    br label %fill
; CHECK:         icmp eq ptr {{.*}}, null
; CHECK-NEXT:    br i1 {{.*}}, label %failed, label %fill
; CHECK:       fill:
; CHECK-NEXT:    [[O:%.*]] = phi ptr
; CHECK-NEXT:    store i64 7, ptr [[O]]
; CHECK-NEXT:    ret ptr [[O]]
define ptr @checked() {
  %o = call ptr @tricolor_new(ptr @Other)
  %null = icmp eq ptr %o, null
  br i1 %null, label %failed, label %fill
failed:
  ret ptr null
fill:
  store i64 7, ptr %o
  ret ptr %o
}

; The slow call keeps its map: what is needed behind it.
; ALL-LABEL: define ptr @kept(
; ALL:         call ptr @tricolor_new(ptr @Pair) [ "deopt"({{.*}}ptr %p
; ALL-NOT:     _poll
; ALL:         ret ptr
define ptr @kept(ptr %p) {
  %o = call ptr @tricolor_new(ptr @Pair)
  store ptr %p, ptr %o
  ret ptr %o
}

; It is no poll, so a loop has one.
; ALL-LABEL: define void @loop(
; ALL:         call preserve_mostcc void @tricolor_poll()
; ALL:       ret void
define void @loop(ptr %list, i1 %again) {
entry:
  br label %next
next:
  %o = call ptr @tricolor_new(ptr @Pair)
  store ptr %o, ptr %list
  %more = load volatile i1, ptr %list
  br i1 %more, label %next, label %done
done:
  ret void
}

; Memory without pointers, by its size in steps of 16: the second entry, and the 64th.
; CHECK-LABEL: define ptr @noscan(
; CHECK:         load i32, ptr getelementptr inbounds (i8, ptr @tricolor_noscan_runs, i64 8)
; CHECK:         load i32, ptr getelementptr inbounds (i8, ptr @tricolor_noscan_runs, i64 256)
define ptr @noscan() {
  %a = call ptr @tricolor_new_noscan(i64 17)
  %b = call ptr @tricolor_new_noscan(i64 1024)
  ret ptr %b
}

; An array has a byte more than its elements.
; CHECK-LABEL: define ptr @bytes(
; CHECK:         load i32, ptr getelementptr inbounds (i8, ptr @tricolor_noscan_runs, i64 12)
define ptr @bytes() {
  %a = call ptr @tricolor_new_array(ptr @Byte, i64 32)
  ret ptr %a
}

; Not where it is hardly ever run.
; CHECK-LABEL: define ptr @rare(
; CHECK-NOT:     tricolor_runs
; CHECK:         ret ptr
define ptr @rare(i1 %c) {
  br i1 %c, label %seldom, label %out, !prof !0
seldom:
  %o = call ptr @tricolor_new(ptr @Pair)
  ret ptr %o
out:
  ret ptr null
}

; Nothing to be known at compile time: other sizes, types that scanning or alignment make differ, descriptors in
; variables.
; CHECK-LABEL: define void @calls(
; CHECK-NOT:     tricolor_runs
; CHECK:         ret void
define void @calls(i64 %n, ptr %type) {
  %a = call ptr @tricolor_new_noscan(i64 %n)
  %b = call ptr @tricolor_new_noscan(i64 1025)
  %c = call ptr @tricolor_new_noscan(i64 0)
  %d = call ptr @tricolor_new_array(ptr @Byte, i64 %n)
  %e = call ptr @tricolor_new_array(ptr @Byte, i64 1024)
  %f = call ptr @tricolor_new_array(ptr @Pair, i64 32)
  %g = call ptr @tricolor_new_array(ptr @Wide, i64 64)
  %h = call ptr @tricolor_new_array(ptr @Other, i64 32)
  %i = call ptr @tricolor_new_conservative(i64 32)
  %j = call ptr @tricolor_new(ptr %type)
  ret void
}

declare ptr @tricolor_new(ptr)
declare ptr @tricolor_new_array(ptr, i64)
declare ptr @tricolor_new_noscan(i64)
declare ptr @tricolor_new_conservative(i64)

!0 = !{!"branch_weights", i32 1, i32 2000}
