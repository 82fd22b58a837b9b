; Records describe words, so a global with a record begins at one: a short array of characters and a
; packed struct need not, by their types.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-global-masks,tricolor-globals,verify -S %s | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

%struct.Packed = type <{ ptr, i8 }>

$inline = comdat any

; CHECK: @characters = internal global [12 x i8] zeroinitializer, align 8
@characters = internal global [12 x i8] zeroinitializer, align 1

; CHECK: @packed = global %struct.Packed zeroinitializer, align 8
@packed = global %struct.Packed zeroinitializer, align 1

; CHECK: @inline = linkonce_odr global [3 x [4 x i8]] zeroinitializer, comdat, align 8
@inline = linkonce_odr global [3 x [4 x i8]] zeroinitializer, comdat, align 1

; More than a word, and fewer than eight characters, stay what they are.
; CHECK: @aligned = internal global [32 x i8] zeroinitializer, align 16
@aligned = internal global [32 x i8] zeroinitializer, align 16
; CHECK: @short = internal global [7 x i8] zeroinitializer, align 1
@short = internal global [7 x i8] zeroinitializer, align 1

; In a section of the program's it stays where it is, without a record.
; CHECK: @table = internal global [12 x i8] zeroinitializer, section "names", align 1
; CHECK-NOT: @table
@table = internal global [12 x i8] zeroinitializer, section "names", align 1
