// Loops over a local array, which the back end's strength reduction rewrites: the lists of the calls in them
// still name the array, at every level.
// RUN: %tricolorxx -O0 -S %s -o /dev/null
// RUN: %tricolorxx -O0 -Xclang -disable-O0-optnone -S %s -o /dev/null
// RUN: %tricolorxx -O1 -S %s -o /dev/null
// RUN: %tricolorxx -O2 -S %s -o /dev/null
// RUN: %tricolorxx -O3 -S %s -o /dev/null
// RUN: %tricolorxx -Os -S %s -o - | FileCheck %s
// CHECK: tricolor_maps

struct Table {
  void *Places[64];
};
bool clone(void *From, void **To);
void destroy(void *);

void copy(Table *To, const Table *From) {
  Table Temporary = {};
  for (int I = 0; I != 64; ++I)
    if (From->Places[I] && !clone(From->Places[I], &Temporary.Places[I]))
      break;
  for (int I = 0; I != 64; ++I) {
    void *Old = To->Places[I];
    To->Places[I] = Temporary.Places[I];
    Temporary.Places[I] = Old;
  }
  for (int I = 0; I != 64; ++I)
    if (Temporary.Places[I])
      destroy(Temporary.Places[I]);
}
