// The argument that leaves parts out, for measuring.
// RUN: %tricolorxx -O1 -fplugin-arg-tricolor-measure=maps -S -emit-llvm %s -o - | FileCheck %s --check-prefixes=NO-POLLS,NO-BARRIERS
// RUN: %tricolorxx -O1 -fplugin-arg-tricolor-measure=maps,polls -S -emit-llvm %s -o - | FileCheck %s --check-prefixes=POLLS,NO-BARRIERS
// RUN: %tricolorxx -O1 -fplugin-arg-tricolor-measure=maps,barriers -S -emit-llvm %s -o - | FileCheck %s --check-prefixes=NO-POLLS,BARRIERS
// RUN: %tricolorxx -O1 -fplugin-arg-tricolor-measure=maps,polls,barriers -S -emit-llvm %s -o - | FileCheck %s --check-prefixes=POLLS,BARRIERS
// RUN: %tricolorxx -O1 -mllvm -tricolor-measure=maps -S -emit-llvm %s -o - | FileCheck %s --check-prefixes=NO-POLLS,NO-BARRIERS
// RUN: not %tricolorxx -fplugin-arg-tricolor-measure=polls -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=REFUSED
// POLLS-DAG:    call {{.*}}@tricolor_{{(trap_)?}}poll(
// BARRIERS-DAG: call void asm sideeffect "call tricolor_store_barrier
// NO-POLLS-NOT:    call {{.*}}@tricolor_{{(trap_)?}}poll(
// NO-BARRIERS-NOT: "call tricolor_store_barrier
// NO-BARRIERS-NOT: call {{.*}}void @tricolor_write_barrier(
// REFUSED: error: unknown argument 'measure=polls' of the tricolor plugin

void next(char *&where);

void loop(char **slots, char *value) {
  while (*value) {
    *slots = value;
    next(*slots);
  }
}
