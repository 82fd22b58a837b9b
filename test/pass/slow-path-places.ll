; The slow path of a test that runs in most rounds of a loop lies behind the loop, that of another behind its test.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-polls,tricolor-barriers,tricolor-slow-path-places,verify -S %s -o %t.ll
; RUN: FileCheck --check-prefix=IR %s < %t.ll
; RUN: %llc -load %tricolor_pass -O2 %t.ll -o - | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare void @leaf()

; CHECK-LABEL: straight:
; CHECK:       cmpl $0, tricolor_control+4
; CHECK-NEXT:  je [[PAST:.*]]
; CHECK-NOT:   j
; CHECK:       callq tricolor_write_barrier
; CHECK-NOT:   jmp
; CHECK:       [[PAST]]:
; CHECK:       callq leaf
; CHECK:       retq
define void @straight(ptr %slot, ptr %value) gc "tricolor" {
  call void @leaf() "gc-leaf-function"
  store ptr %value, ptr %slot
  call void @leaf() "gc-leaf-function"
  call void @leaf() "gc-leaf-function"
  ret void
}

; CHECK-LABEL: loop:
; CHECK:       cmpl $0, tricolor_control+4
; CHECK-NEXT:  jne [[COLD:.*]]
; CHECK:       movq %{{.*}}, (%rdi
; CHECK:       [[COLD]]:
; CHECK:       callq tricolor_write_barrier
; CHECK:       jmp
define void @loop(ptr %slots, ptr %value, i64 %n) gc "tricolor" {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %slot = getelementptr ptr, ptr %slots, i64 %i
  %given = load ptr, ptr %value
  store ptr %given, ptr %slot
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, 100
  br i1 %more, label %body, label %done
done:
  ret void
}

; One round in a thousand.
; CHECK-LABEL: rare:
; CHECK:       cmpl $0, tricolor_control+4
; CHECK-NEXT:  je [[PAST:.*]]
; CHECK-NOT:   j
; CHECK:       callq tricolor_write_barrier
; CHECK-NOT:   jmp
; CHECK:       [[PAST]]:
; CHECK:       movq {{.*}}, 8(
define void @rare(ptr %slots, ptr %value, i64 %n) gc "tricolor" {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %end ]
  %given = load volatile i64, ptr %value
  %hit = icmp eq i64 %given, 0
  br i1 %hit, label %store, label %end, !prof !1
store:
  %slot = getelementptr ptr, ptr %slots, i64 1
  store ptr %value, ptr %slot
  br label %end
end:
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, 100
  br i1 %more, label %body, label %done
done:
  ret void
}

; What the program expects not to be done stays out of the way.
; CHECK-LABEL: expected:
; CHECK:       je [[COLD:.*]]
; CHECK:       retq
; CHECK:       [[COLD]]:
; CHECK:       jmp
define void @expected(i64 %x, ptr %p) gc "tricolor" {
  %c = icmp eq i64 %x, 0
  br i1 %c, label %cold, label %next, !prof !0
cold:
  store volatile i32 1, ptr %p
  br label %next
next:
  store volatile i32 2, ptr %p
  store volatile i32 3, ptr %p
  ret void
}

; Other branches keep their weights.
; IR-LABEL: define void @other(
; IR:       br i1 %c, label %left, label %right, !prof [[OTHER:![0-9]+]]
; IR:       [[OTHER]] = !{!"branch_weights", i32 1, i32 2000}
define void @other(i1 %c, ptr %p) {
  br i1 %c, label %left, label %right, !prof !0
left:
  store i32 1, ptr %p
  ret void
right:
  ret void
}
!0 = !{!"branch_weights", i32 1, i32 2000}
!1 = !{!"branch_weights", i32 1, i32 1000}
