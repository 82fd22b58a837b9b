; A descriptor that cannot be filled in is an error.
; RUN: split-file %s %t
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-types -disable-output %t/version.ll 2>&1 | FileCheck --check-prefix=VERSION %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-types -disable-output %t/field.ll 2>&1 | FileCheck --check-prefix=FIELD %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-types -disable-output %t/missing.ll 2>&1 | FileCheck --check-prefix=MISSING %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-types -disable-output %t/twice.ll 2>&1 | FileCheck --check-prefix=TWICE %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-types -disable-output %t/value.ll 2>&1 | FileCheck --check-prefix=VALUE %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-types -disable-output %t/name.ll 2>&1 | FileCheck --check-prefix=NAME %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-types -disable-output %t/filled.ll 2>&1 | FileCheck --check-prefix=FILLED %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-types -disable-output %t/noscan.ll 2>&1 | FileCheck --check-prefix=NOSCAN %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-types -disable-output %t/align.ll 2>&1 | FileCheck --check-prefix=ALIGN %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-types -disable-output %t/program.ll 2>&1 | FileCheck --check-prefix=PROGRAM %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-types -disable-output %t/end.ll 2>&1 | FileCheck --check-prefix=END %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-types -disable-output %t/body.ll 2>&1 | FileCheck --check-prefix=BODY %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-types -disable-output %t/size.ll 2>&1 | FileCheck --check-prefix=SIZE %s

; VERSION: error: tricolor: {{.*}}the annotation of type descriptor 'descriptor' is malformed: it is of version 'v2', this pass reads v1
; FIELD: error: tricolor: {{.*}}is malformed: it has an unknown field 'colour'
; MISSING: error: tricolor: {{.*}}is malformed: it lacks one of the fields flags, size, align, name, program
; TWICE: error: tricolor: {{.*}}is malformed: it has the field 'flags' twice
; VALUE: error: tricolor: {{.*}}is malformed: its field 'size' has the value 'ten'
; NAME: error: tricolor: {{.*}}is malformed: its field 'name' has the value 'a%4'
; FILLED: error: tricolor: {{.*}}is malformed: its flags lack TRICOLOR_TYPE_FILLED
; NOSCAN: error: tricolor: {{.*}}is malformed: it has a program although it is NOSCAN
; ALIGN: error: tricolor: {{.*}}is malformed: its size is not a multiple of an alignment
; PROGRAM: error: tricolor: {{.*}}is malformed: its program is not well formed
; END: error: tricolor: {{.*}}is malformed: its program is not well formed
; BODY: error: tricolor: {{.*}}is malformed: its program is not well formed
; SIZE: error: tricolor: the type descriptor 'descriptor' has not the size of struct tricolor_type

;--- version.ll
target triple = "x86_64-unknown-linux-gnu"
@descriptor = global [7 x i64] zeroinitializer
@text = private constant [19 x i8] c"tricolor.type:v2;x\00", section "llvm.metadata"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @descriptor, ptr @text, ptr @text, i32 1, ptr null }], section "llvm.metadata"
;--- field.ll
target triple = "x86_64-unknown-linux-gnu"
@descriptor = global [7 x i64] zeroinitializer
@text = private constant [26 x i8] c"tricolor.type:v1;colour=1\00", section "llvm.metadata"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @descriptor, ptr @text, ptr @text, i32 1, ptr null }], section "llvm.metadata"
;--- missing.ll
target triple = "x86_64-unknown-linux-gnu"
@descriptor = global [7 x i64] zeroinitializer
@text = private constant [25 x i8] c"tricolor.type:v1;flags=1\00", section "llvm.metadata"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @descriptor, ptr @text, ptr @text, i32 1, ptr null }], section "llvm.metadata"
;--- twice.ll
target triple = "x86_64-unknown-linux-gnu"
@descriptor = global [7 x i64] zeroinitializer
@text = private constant [33 x i8] c"tricolor.type:v1;flags=1;flags=1\00", section "llvm.metadata"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @descriptor, ptr @text, ptr @text, i32 1, ptr null }], section "llvm.metadata"
;--- value.ll
target triple = "x86_64-unknown-linux-gnu"
@descriptor = global [7 x i64] zeroinitializer
@text = private constant [26 x i8] c"tricolor.type:v1;size=ten\00", section "llvm.metadata"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @descriptor, ptr @text, ptr @text, i32 1, ptr null }], section "llvm.metadata"
;--- name.ll
target triple = "x86_64-unknown-linux-gnu"
@descriptor = global [7 x i64] zeroinitializer
@text = private constant [26 x i8] c"tricolor.type:v1;name=a%4\00", section "llvm.metadata"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @descriptor, ptr @text, ptr @text, i32 1, ptr null }], section "llvm.metadata"
;--- filled.ll
target triple = "x86_64-unknown-linux-gnu"
@descriptor = global [7 x i64] zeroinitializer
@text = private constant [56 x i8] c"tricolor.type:v1;flags=2;size=8;align=8;name=P;program=\00", section "llvm.metadata"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @descriptor, ptr @text, ptr @text, i32 1, ptr null }], section "llvm.metadata"
;--- noscan.ll
target triple = "x86_64-unknown-linux-gnu"
@descriptor = global [7 x i64] zeroinitializer
@text = private constant [57 x i8] c"tricolor.type:v1;flags=3;size=8;align=8;name=P;program=0\00", section "llvm.metadata"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @descriptor, ptr @text, ptr @text, i32 1, ptr null }], section "llvm.metadata"
;--- align.ll
target triple = "x86_64-unknown-linux-gnu"
@descriptor = global [7 x i64] zeroinitializer
@text = private constant [58 x i8] c"tricolor.type:v1;flags=1;size=12;align=8;name=P;program=0\00", section "llvm.metadata"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @descriptor, ptr @text, ptr @text, i32 1, ptr null }], section "llvm.metadata"
;--- program.ll
target triple = "x86_64-unknown-linux-gnu"
@descriptor = global [7 x i64] zeroinitializer
@text = private constant [64 x i8] c"tricolor.type:v1;flags=1;size=24;align=8;name=P;program=302,3,0\00", section "llvm.metadata"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @descriptor, ptr @text, ptr @text, i32 1, ptr null }], section "llvm.metadata"
;--- end.ll
target triple = "x86_64-unknown-linux-gnu"
@descriptor = global [7 x i64] zeroinitializer
@text = private constant [60 x i8] c"tricolor.type:v1;flags=1;size=24;align=8;name=P;program=301\00", section "llvm.metadata"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @descriptor, ptr @text, ptr @text, i32 1, ptr null }], section "llvm.metadata"
;--- body.ll
target triple = "x86_64-unknown-linux-gnu"
@descriptor = global [7 x i64] zeroinitializer
@text = private constant [68 x i8] c"tricolor.type:v1;flags=1;size=24;align=8;name=P;program=203,8,301,0\00", section "llvm.metadata"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @descriptor, ptr @text, ptr @text, i32 1, ptr null }], section "llvm.metadata"
;--- size.ll
target triple = "x86_64-unknown-linux-gnu"
@descriptor = global i32 zeroinitializer
@text = private constant [56 x i8] c"tricolor.type:v1;flags=3;size=8;align=8;name=P;program=\00", section "llvm.metadata"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @descriptor, ptr @text, ptr @text, i32 1, ptr null }], section "llvm.metadata"
