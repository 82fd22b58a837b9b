; Calls and invokes of the functions that begin and end an exception's life go to the runtime.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-exceptions,verify -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

@_ZTIi = external constant ptr

; CHECK-LABEL: define void @throws(
; CHECK:       [[OBJECT:%.*]] = call ptr @tricolor_allocate_exception(i64 8) [[NOUNWIND:#[0-9]+]]
; CHECK:       call ptr @tricolor_init_primary_exception(ptr [[OBJECT]],
; CHECK:       invoke void @tricolor_throw(ptr [[OBJECT]], ptr @_ZTIi, ptr null) [[NORETURN:#[0-9]+]]
; CHECK:       call void @tricolor_free_exception(ptr [[OBJECT]])
; CHECK:       call ptr @__cxa_begin_catch
define void @throws() personality ptr @__gxx_personality_v0 {
  %object = call ptr @__cxa_allocate_exception(i64 8) #0
  %same = call ptr @__cxa_init_primary_exception(ptr %object, ptr @_ZTIi, ptr null)
  invoke void @__cxa_throw(ptr %object, ptr @_ZTIi, ptr null) #1
    to label %never unwind label %pad
never:
  unreachable
pad:
  %lp = landingpad { ptr, i32 } catch ptr null
  call void @__cxa_free_exception(ptr %object)
  %e = extractvalue { ptr, i32 } %lp, 0
  %caught = call ptr @__cxa_begin_catch(ptr %e)
  ret void
}

; An address is not a call.
; CHECK-LABEL: define ptr @address(
; CHECK:       ret ptr @__cxa_throw
define ptr @address() {
  ret ptr @__cxa_throw
}

; CHECK-NOT: @__cxa_allocate_exception
declare ptr @__cxa_allocate_exception(i64)
declare ptr @__cxa_init_primary_exception(ptr, ptr, ptr)
declare void @__cxa_free_exception(ptr)
declare void @__cxa_throw(ptr, ptr, ptr)
declare ptr @__cxa_begin_catch(ptr)
declare i32 @__gxx_personality_v0(...)

; CHECK-DAG: attributes [[NOUNWIND]] = { nounwind }
; CHECK-DAG: attributes [[NORETURN]] = { noreturn }
attributes #0 = { nounwind }
attributes #1 = { noreturn }
