; From -O1 on a poll is one instruction, which clobbers nothing and makes no call of its
; function; its map is that of the address behind it and may list any register.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor -S %s -o %t.ll
; RUN: FileCheck %s --check-prefix=IR < %t.ll
; RUN: %llc -load %tricolor_pass -O2 -relocation-model=pic %t.ll -o - | FileCheck %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=trap "-passes=tricolor<slots>" -S %s | FileCheck %s --check-prefix=SLOTS
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=test -passes=tricolor -S %s | FileCheck %s --check-prefix=SLOTS
; RUN: not %opt -load-pass-plugin=%tricolor_pass -tricolor-polls=other -passes=tricolor -S %s 2>&1 | FileCheck %s --check-prefix=BAD
;
; BAD: -tricolor-polls=other: expected test or trap
; SLOTS-NOT: call {{.*}}void @tricolor_trap_poll(
; SLOTS: call preserve_mostcc void @tricolor_poll()
; SLOTS-NOT: call {{.*}}void @tricolor_trap_poll(

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; One page an image, which no other image's is taken for.
; IR: @__tricolor_poll_page = weak_odr hidden global [1024 x i32] zeroinitializer, code_model "small", comdat, align 4096
; IR: @__tricolor_module = {{.*}} ptr @__tricolor_poll_page }, comdat
; IR: define {{.*}} @leaf(
; IR: call preserve_mostcc void @tricolor_trap_poll() {{.*}} "deopt"(i32 1414678785, i32 775, ptr %first, ptr %node, i64 %sum)

; CHECK-LABEL: {{^}}leaf:
; CHECK-NOT:   push
; CHECK-NOT:   sub{{.*}}rsp
; CHECK-NOT:   call
; CHECK:       testl %eax, __tricolor_poll_page(%rip)
; CHECK-NEXT:  [[SITE:.Ltmp[0-9]+]]:
; CHECK-NOT:   tricolor
; CHECK:       retq
define i64 @leaf(ptr %first) {
entry:
  br label %loop
loop:
  %node = phi ptr [ %first, %entry ], [ %next, %loop ]
  %sum = phi i64 [ 0, %entry ], [ %added, %loop ]
  %field = getelementptr i8, ptr %node, i64 8
  %value = load volatile i64, ptr %field
  %added = add i64 %sum, %value
  %next = load volatile ptr, ptr %node
  %more = icmp ne ptr %next, %first
  br i1 %more, label %loop, label %end
end:
  %again = load i64, ptr %field
  %result = add i64 %added, %again
  ret i64 %result
}

; No registers of floating point are lost: nothing is saved around the poll.
; CHECK-LABEL: numbers:
; CHECK-NOT:   rsp
; CHECK:       testl %eax, __tricolor_poll_page(%rip)
; CHECK-NOT:   rsp
; CHECK:       retq
define double @numbers(ptr %p, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %sum = phi double [ 0.0, %entry ], [ %added, %loop ]
  %at = getelementptr double, ptr %p, i64 %i
  %value = load volatile double, ptr %at
  %added = fadd double %sum, %value
  %next = add i64 %i, 1
  %done = fcmp oeq double %value, 0.0
  br i1 %done, label %end, label %loop
end:
  ret double %added
}

; The back end does not optimize it: the poll is a test.
; CHECK-LABEL: unoptimized:
; CHECK-NOT:   poll_page
; CHECK:       callq tricolor_poll@PLT
; CHECK-NOT:   poll_page
; CHECK:       retq
define void @unoptimized(i64 %n) noinline optnone {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %next = add i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %end, label %loop
end:
  ret void
}

; The site is the address behind the read; the list has three registers, all of which a call would change.
; CHECK:      stack maps of leaf
; CHECK:      .long [[SITE]]-
; CHECK:      .uleb128 (([[SITE]]-leaf)*4)+2
; CHECK-NEXT: .asciz "\006\026."
