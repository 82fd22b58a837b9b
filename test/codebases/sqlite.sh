#===- test/codebases/sqlite.sh - The database and a part of its own tests -----------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===

source=sqlite3
tests="SQLite's testfixture: queries, joins, triggers, indices, B-trees, expressions, transactions"
packages="tcl-dev"

build() {
  ./configure --disable-readline --with-tcl=/usr/lib/tcl8.6 --disable-load-extension CFLAGS="-w"
  make -j"$JOBS" testfixture sqlite3
}

programs() { echo testfixture sqlite3; }

check() {
  local name
  for name in select1 select2 select4 join join2 insert update delete trigger1 trigger2 index btree01 \
      expr func trans where in subquery vacuum with1 window1 json101 fts3aa collate1 savepoint pager1; do
    expect "$name" ./testfixture "test/$name.test"
  done
}
