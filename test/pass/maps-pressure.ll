; The back end finds a place for every value that a bundle lists: no "ran out of registers", no root in a
; register that calls do not preserve, which would end the compilation. With no limit to the values at a
; call (RootForms.h, MaxValues) and with called function pointers among them it does not for this function.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes='tricolor-statepoints<values>' %s -o %t.bc
; RUN: %llc -load=%tricolor_pass -O2 %t.bc -filetype=obj -o %t.o
; RUN: %python %S/Inputs/dump_maps.py --no-offsets %t.o | FileCheck %s
; RUN: %llc -load=%tricolor_pass -O1 -frame-pointer=all -relocation-model=pic %t.bc -filetype=obj -o %t.pic.o

; CHECK: register r15

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

%B = type { ptr, i64, ptr, [3 x i64] }

declare void @c0()

declare ptr @c6(ptr, ptr, ptr, ptr, ptr, ptr)

declare i64 @c9(ptr, ptr, ptr, ptr, ptr, ptr, ptr, i64, ptr)

declare void @cv(ptr, ...)

declare void @cb(ptr byval(%B), ptr)

declare i32 @__gxx_personality_v0(...)

declare void @use(ptr)

define i64 @f72(ptr %a0, ptr %a1, ptr %a2, ptr %a3, ptr %a4, <4 x double> %vv, i32 %n) #0 personality ptr @__gxx_personality_v0 {
entry:
  %loc = alloca %B, align 8
  %t1 = getelementptr i8, ptr %a4, i64 48
  %t2 = load ptr, ptr %t1, align 8
  %t3 = getelementptr i8, ptr %a1, i64 40
  %t4 = load ptr, ptr %t3, align 8
  %t5 = getelementptr i8, ptr %t2, i64 232
  %t6 = load ptr, ptr %t5, align 8
  %t7 = getelementptr i8, ptr %a1, i64 160
  %t8 = load ptr, ptr %t7, align 8
  %t9 = getelementptr i8, ptr %t2, i64 8
  %t10 = load ptr, ptr %t9, align 8
  %t11 = getelementptr i8, ptr %a4, i64 24
  %t12 = load ptr, ptr %t11, align 8
  %t13 = getelementptr i8, ptr %t10, i64 40
  %t14 = load ptr, ptr %t13, align 8
  %t15 = getelementptr i8, ptr %a3, i64 0
  %t16 = load ptr, ptr %t15, align 8
  %t17 = getelementptr i8, ptr %a0, i64 232
  %t18 = load ptr, ptr %t17, align 8
  %t19 = getelementptr i8, ptr %a3, i64 40
  %t20 = load ptr, ptr %t19, align 8
  %t21 = getelementptr i8, ptr %t4, i64 144
  %t22 = load ptr, ptr %t21, align 8
  %t23 = getelementptr i8, ptr %t6, i64 32
  %t24 = load ptr, ptr %t23, align 8
  %t25 = getelementptr i8, ptr %a0, i64 128
  %t26 = load ptr, ptr %t25, align 8
  %t27 = getelementptr i8, ptr %t20, i64 120
  %t28 = load ptr, ptr %t27, align 8
  %t29 = getelementptr i8, ptr %a1, i64 240
  %t30 = load ptr, ptr %t29, align 8
  %t31 = getelementptr i8, ptr %a4, i64 120
  %t32 = load ptr, ptr %t31, align 8
  %t33 = getelementptr i8, ptr %t8, i64 112
  %t34 = load ptr, ptr %t33, align 8
  %t35 = getelementptr i8, ptr %t26, i64 192
  %t36 = load ptr, ptr %t35, align 8
  %t37 = getelementptr i8, ptr %t36, i64 88
  %t38 = load ptr, ptr %t37, align 8
  %t39 = getelementptr i8, ptr %t28, i64 80
  %t40 = load ptr, ptr %t39, align 8
  %t41 = getelementptr i8, ptr %t30, i64 216
  %t42 = load ptr, ptr %t41, align 8
  %t43 = getelementptr i8, ptr %t34, i64 112
  %t44 = load ptr, ptr %t43, align 8
  %t45 = getelementptr i8, ptr %t18, i64 56
  %t46 = load ptr, ptr %t45, align 8
  %t47 = getelementptr i8, ptr %t44, i64 240
  %t48 = load ptr, ptr %t47, align 8
  %t49 = load ptr, ptr %t46, align 8
  %t50 = call ptr %t49(ptr %t22, ptr %t22, ptr %a0, ptr %t4, ptr %t12, ptr %t4, ptr %a3)
  call void @c0()
  %t51 = load ptr, ptr %t26, align 8
  %t52 = call ptr %t51(ptr %t8, ptr %t34)
  %t53 = invoke ptr @c6(ptr %t46, ptr %t8, ptr %t14, ptr %a2, ptr %t52, ptr %t32)
          to label %n1 unwind label %lp

n1:                                               ; preds = %entry
  %t54 = load ptr, ptr %t40, align 8
  %t55 = call ptr %t54(ptr %t24, ptr %t26, ptr %t53, ptr %t52)
  call void (ptr, ...) @cv(ptr %t20, ptr %t34, double 1.000000e+00, i64 3, ptr %t30, ptr %t26, ptr %t32, ptr %t40)
  %t56 = invoke ptr @c6(ptr %t2, ptr %t51, ptr %t12, ptr %t38, ptr %t55, ptr %t12)
          to label %n2 unwind label %lp

n2:                                               ; preds = %n1
  call void (ptr, ...) @cv(ptr %t2, ptr %t48, double 1.000000e+00, i64 3, ptr %t50, ptr %t38, ptr %t32, ptr %a4)
  call void (ptr, ...) @cv(ptr %t20, ptr %t10, double 1.000000e+00, i64 3, ptr %t36, ptr %t34, ptr %t54, ptr %t53)
  %t57 = call ptr @c6(ptr %t12, ptr %t16, ptr %t18, ptr %t18, ptr %t54, ptr %a2)
  %t58 = call i64 @c9(ptr %t49, ptr %t44, ptr %t34, ptr %a1, ptr %t32, ptr %t14, ptr %t8, i64 5, ptr %t20)
  %t59 = inttoptr i64 %t58 to ptr
  call void (ptr, ...) @cv(ptr %t14, ptr %t52, double 1.000000e+00, i64 3, ptr %t6, ptr %t6, ptr %t57, ptr %t4)
  %t60 = invoke ptr @c6(ptr %t49, ptr %t14, ptr %t2, ptr %t54, ptr %t2, ptr %t8)
          to label %n3 unwind label %lp

n3:                                               ; preds = %n2
  call void @cb(ptr byval(%B) %loc, ptr %t44)
  %t61 = load ptr, ptr %t49, align 8
  %t62 = call ptr %t61(ptr %t36, ptr %t48, ptr %t51)
  store ptr %t61, ptr %a0, align 8
  store ptr %t56, ptr %a0, align 8
  call void @use(ptr %t24)
  store ptr %t4, ptr %a0, align 8
  store ptr %t34, ptr %a0, align 8
  call void @use(ptr %t57)
  call void @use(ptr %a4)
  store ptr %t49, ptr %a0, align 8
  call void @use(ptr %t40)
  store ptr %t26, ptr %a0, align 8
  store ptr %t42, ptr %a0, align 8
  call void @use(ptr %t12)
  store ptr %a2, ptr %a0, align 8
  call void @use(ptr %t10)
  call void @use(ptr %t55)
  store ptr %t8, ptr %a0, align 8
  store ptr %t32, ptr %a0, align 8
  store ptr %t62, ptr %a0, align 8
  store ptr %a0, ptr %a0, align 8
  store ptr %t46, ptr %a0, align 8
  call void @use(ptr %t2)
  call void @use(ptr %t53)
  call void @use(ptr %t30)
  call void @use(ptr %t16)
  store ptr %a3, ptr %a0, align 8
  store ptr %t6, ptr %a0, align 8
  store ptr %t28, ptr %a0, align 8
  store ptr %t54, ptr %a0, align 8
  call void @use(ptr %t14)
  store ptr %t36, ptr %a0, align 8
  call void @use(ptr %t51)
  store ptr %t48, ptr %a0, align 8
  ret i64 0

lp:                                               ; preds = %n2, %n1, %entry
  %l = landingpad { ptr, i32 }
          cleanup
  store ptr %t4, ptr %a0, align 8
  store ptr %t26, ptr %a0, align 8
  store ptr %t12, ptr %a0, align 8
  store ptr %t22, ptr %a0, align 8
  store ptr %a4, ptr %a0, align 8
  store ptr %t10, ptr %a0, align 8
  resume { ptr, i32 } %l
}

attributes #0 = { "frame-pointer"="all" }
