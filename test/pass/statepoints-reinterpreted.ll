; A number that is also made a pointer after a call (the optimizer reads a union's word once) is a root
; as it is; one that is only computed with is none. Parameters and results are such numbers too.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare double @call(double)

; CHECK-LABEL: @both(
; CHECK: store double %word, ptr %tricolor.slot
; CHECK: call double @call(double %one) [ "deopt"(i32 {{[0-9]+}}, i32 {{[0-9]+}}, ptr %tricolor.slot) ]
define double @both(ptr %object) {
  %word = load double, ptr %object
  %one = fadd double %word, 1.0
  %result = call double @call(double %one)
  %sum = fadd double %result, %word
  %bits = bitcast double %word to i64
  %pointer = inttoptr i64 %bits to ptr
  %value = load double, ptr %pointer
  %all = fadd double %sum, %value
  ret double %all
}

; CHECK-LABEL: @through_phi(
; CHECK: call double @call(double %one) [ "deopt"(i32 {{[0-9]+}}, i32 {{[0-9]+}}, ptr %tricolor.slot) ]
define double @through_phi(ptr %object, i1 %which) {
entry:
  br i1 %which, label %read, label %join
read:
  %first = load double, ptr %object
  %compared = fcmp oeq double %first, 1.0
  br label %join
join:
  %word = phi double [ 0.0, %entry ], [ %first, %read ]
  %one = fadd double %word, 1.0
  %result = call double @call(double %one)
  %bits = bitcast double %word to i64
  %pointer = inttoptr i64 %bits to ptr
  %value = load double, ptr %pointer
  %all = fadd double %result, %value
  ret double %all
}

; CHECK-LABEL: @number(
; CHECK: call double @call(double %one) [ "deopt"(i32 {{[0-9]+}}) ]
define double @number(ptr %object) {
  %word = load double, ptr %object
  %one = fadd double %word, 1.0
  %result = call double @call(double %one)
  %bits = bitcast double %word to i64
  %negative = icmp slt i64 %bits, 0
  %chosen = select i1 %negative, double %word, double %result
  %sum = fadd double %chosen, 1.0
  ret double %sum
}

; CHECK-LABEL: @parameter(
; CHECK: store double %word, ptr %tricolor.slot
; CHECK: call double @call(double 0.000000e+00) [ "deopt"(i32 {{[0-9]+}}, i32 {{[0-9]+}}, ptr %tricolor.slot) ]
define double @parameter(double %word) {
  %result = call double @call(double 0.0)
  ret double %word
}

; CHECK-LABEL: @result(
; CHECK: [[WORD:%.*]] = call double @call(double 1.000000e+00) [ "deopt"(i32 {{[0-9]+}}) ]
; CHECK: store double [[WORD]], ptr %tricolor.slot
; CHECK: call double @call(double 0.000000e+00) [ "deopt"(i32 {{[0-9]+}}, i32 {{[0-9]+}}, ptr %tricolor.slot) ]
define double @result() {
  %word = call double @call(double 1.0)
  %other = call double @call(double 0.0)
  %last = tail call double @call(double %word)
  ret double %last
}

declare { double, double } @two()

; CHECK-LABEL: @element(
; CHECK: call double @call(double 0.000000e+00) [ "deopt"(i32 {{[0-9]+}}, i32 {{[0-9]+}}, ptr %tricolor.slot) ]
define double @element() {
  %both = call { double, double } @two()
  %word = extractvalue { double, double } %both, 1
  %other = call double @call(double 0.0)
  ret double %word
}

; A number on one way and moved on the other: a value of a dynamic language that is copied.
; CHECK-LABEL: @tagged(
; CHECK: call double @call(double 0.000000e+00) [ "deopt"(i32 {{[0-9]+}}, i32 {{[0-9]+}}, {{.*}}ptr %tricolor.slot{{.*}}) ]
define double @tagged(ptr %from, ptr %to) {
  %word = load double, ptr %from
  %other = call double @call(double 0.0)
  %sum = fadd double %word, %other
  store double %word, ptr %to
  ret double %sum
}

; A ninth one lies in this frame during the call.
declare void @nine(double, double, double, double, double, double, double, double, double)
; CHECK-LABEL: @ninth(
; CHECK: call void @nine({{.*}}) [ "deopt"(i32 {{[0-9]+}}, i32 {{[0-9]+}}, ptr %tricolor.slot) ]
define void @ninth(double %word) {
  call void @nine(double 0.0, double 0.0, double 0.0, double 0.0, double 0.0, double 0.0, double 0.0, double 0.0, double %word)
  ret void
}
