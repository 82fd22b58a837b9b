// -Rpass=tricolor says at each function what its maps list; -mllvm -stats adds it up for the file.
// RUN: %tricolorxx -O1 -c %s -o /dev/null -Rpass=tricolor -mllvm -stats 2>&1 | FileCheck %s
// RUN: %tricolorxx -O1 -c %s -o /dev/null 2>&1 | count 0

struct Node {
  Node *Next;
};
void use(Node *);

// CHECK: frame-remarks.cpp:[[@LINE+1]]:1: remark: _Z3runP4Node: {{[1-9][0-9]*}} calls with maps, which list {{.*}} calls without a map [-Rpass=tricolor]
Node *run(Node *N) {
  use(N->Next);
  return N;
}

// CHECK: Statistics Collected
// CHECK: tricolor-statepoints - calls with a map
