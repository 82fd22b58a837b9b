// The relocation that keeps functions of different maps apart is the last of its section. lld takes the one behind
// a thread-local variable's for that of the call of __tls_get_addr, whatever it is.
// RUN: %tricolorxx -O1 -fPIC -c %s -o %t.o
// RUN: llvm-readelf -rW %t.o | FileCheck %s

// CHECK-LABEL: Relocation section '.rela.text'
// CHECK-NOT:   R_X86_64_NONE
// CHECK:       R_X86_64_TLSGD {{.*}} counter
// CHECK-NEXT:  __tls_get_addr
// CHECK:       R_X86_64_NONE
// CHECK-EMPTY:
// CHECK-NEXT:  Relocation section

extern thread_local int counter;
void begin();
void again();
void last(int *);

void function(int *p, int n) {
  begin();
  while (n--)
    if (*p)
      again();
  counter = n;
  last(p);
}
