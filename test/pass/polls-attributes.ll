; What a function that polls can no longer promise is taken back, on definitions, declarations and calls.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-polls,verify -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

; CHECK: define i32 @pure(i32 %n) [[KEPT:#[0-9]+]]
define i32 @pure(i32 %n) #0 {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %next = add i32 %i, 1
  %done = icmp eq i32 %next, %n
  br i1 %done, label %end, label %loop
end:
  ret i32 %i
}

; CHECK: call i32 @pure(i32 3){{$}}
; CHECK: call i32 @elsewhere(i32 3){{$}}
define i32 @caller() norecurse {
  %a = call i32 @pure(i32 3) #1
  %b = call i32 @elsewhere(i32 3) #1
  ret i32 %a
}

; CHECK: declare i32 @elsewhere(i32){{$}}
declare i32 @elsewhere(i32) memory(read)

; CHECK: attributes [[KEPT]] = { nounwind }
attributes #0 = { memory(none) nosync nofree nounwind speculatable }
attributes #1 = { memory(none) nosync }
