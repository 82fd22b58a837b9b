#===- test/fuzz/object_statements.py - Statements with pointers ----------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
# C++ with holes, one text for each way in which a pointer can be held, moved or passed. The generator
# (object_program.py) fills the holes:
#
#   @a @b @c     variables in scope, of type Object *; @ia @ib @ic their identities; may be null and equal
#   @r @s        new variables that the statement declares, in scope behind it; @ir @is
#   @n           a number that no other statement has
#   @K           a kind of object
#   @D           a safepoint: a collection, other objects where freed ones were
#   @B           further statements, in braces
#   @F(x)        declares x and ix and gives them the result of a call, which may throw
#   @N           a small number of iterations that the compiler does not know
#   @number      a small number that it does
#
# A pointer and its identity change together: nothing between the two may throw.
#
#===---------------------------------------------------------------------------------------------===

STATEMENTS = {
    # Objects and fields.
    "new": "int @ir = fresh_identity(@K::kind); Object *@r = new @K(@ir);",
    "nothrow": "int @ir = fresh_identity(@K::kind); Object *@r = new (std::nothrow) @K(@ir);",
    "make": "int @ir = fresh_identity(@K::kind); Object *@r = tricolor::make<@K>(@ir);",
    "store": "set_slot(@a, @ia, random_number(), @b, @ib);",
    "load": "unsigned k@n = random_number(); Object *@r = get_slot(@a, @ia, k@n); int @ir = id_slot(@ia, k@n);",
    "store_direct": "int i@n = fresh_identity(@K::kind); @K *k@n = new @K(i@n);\n"
                    "@D k@n->@f = @a; shadow[i@n].slots[@fi] = @ia; @D\n"
                    "Object *@r = k@n; int @ir = i@n; CHECK(@r, @ir);",
    "load_direct": "Object *@r = nullptr; int @ir = 0;\n"
                   "if (@ia && shadow[@ia].kind == @K::kind) { @r = whole<@K>(@a)->@f; @ir = shadow[@ia].slots[@fi]; }\n"
                   "else { @r = @a; @ir = @ia; }",
    "chain": "Object *@r = @a; int @ir = @ia;\n"
             "for (int i = 0, n = @N; i < n; ++i) { int k = fresh_identity(@K::kind); @K *o = new @K(k); o->@f = @r;\n"
             "shadow[k].slots[@fi] = @ir; @r = o; @ir = k; }",
    "walk": "Object *@r = @a; int @ir = @ia;\n"
            "while (@ir && shadow[@ir].kind == @K::kind) { Object *o = whole<@K>(@r)->@f; int i = shadow[@ir].slots[@fi];\n"
            "@D if (!i) break; if (random_number() % 5 == 0) break; @r = o; @ir = i; }",
    "delete": "{ int i = fresh_identity(@K::kind); @K *o = new @K(i); o->@f = @a; shadow[i].slots[@fi] = @ia; CHECK(static_cast<Object *>(o), i);\n"
              "@D o->@f = nullptr; delete o; @D }",
    "member_pointer": "{ int i = fresh_identity(@K::kind); @K *o = new @K(i); Object *@K::*m = random_number() % 2 ? &@K::m0 : &@K::m1;\n"
                      "bool first = m == &@K::m0; o->*m = @a; shadow[i].slots[first ? 0 : 1] = @ia; @D CHECK(static_cast<Object *>(o), i); }",
    "virtual": "Object *@r; int @ir; { int i = fresh_identity(@V::kind); Face *o = new @V(i); @D @r = o->turn(@a, @ia); @ir = returned[0]; }",
    "virtual_keep": "Object *@r; int @ir; { int i = fresh_identity(@V::kind); @V *v = new @V(i); Face *o = v; v = nullptr; set_slot(static_cast<@V *>(o), i, random_number(), @a, @ia);\n"
                    "@D @D @r = o->self(); @ir = i; } CHECK(@r, @ir);",
    # Control flow.
    "assign": "@a = @b; @ia = @ib;",
    "swap": "std::swap(@a, @b); std::swap(@ia, @ib);",
    "choose": "bool c@n = random_number() % 2; Object *@r = c@n ? @a : @b; int @ir = c@n ? @ia : @ib;",
    "if": "if (random_number() % 3) @B else @B",
    "for": "for (int i = 0, n = @N; i < n; ++i) { @B if (random_number() % 7 == 0) break; if (random_number() % 5 == 0) continue; @B }",
    "rotate": "for (int i = 0, n = @N; i < n; ++i) { Object *t = @a; int it = @ia; @a = @b; @ia = @ib; @b = @c; @ib = @ic; @c = t; @ic = it; @D }",
    "do": "{ int n = @N; do @B while (n-- > 0 && random_number() % 4); }",
    "switch": "switch (random_number() % 6) { case 0: @B break; case 1: @a = @b; @ia = @ib; [[fallthrough]]; case 3: @B break; case 4: @D break; default: @B }",
    "goto": "{ int n = @N; again@n: if (n-- > 0) { @B if (random_number() % 4 == 0) goto out@n; goto again@n; } out@n:; }",
    "check": "CHECK(@a, @ia);",
    "disturb": "@D",
    "asm": "asm volatile(\"\" : \"+r\"(@a)); @D CHECK(@a, @ia);",
    "asm_memory": "asm volatile(\"\" : \"+m\"(@a) :: \"memory\"); @D",
    # Pointers that do not look like ones.
    "tagged": "Object *@r; int @ir = @ia; { uintptr_t t = reinterpret_cast<uintptr_t>(@a) | (1 + random_number() % 7); @a = nullptr; @ia = 0; @D @D\n"
              "@r = reinterpret_cast<Object *>(t & ~uintptr_t{7}); CHECK(@r, @ir); }",
    "number": "Object *@r; int @ir = @ia; { long t = reinterpret_cast<long>(@a); @a = @b; @ia = @ib; @D @r = reinterpret_cast<Object *>(t); CHECK(@r, @ir); }",
    "wide": "Object *@r; int @ir = @ia; { unsigned __int128 t = static_cast<unsigned __int128>(reinterpret_cast<uintptr_t>(@a)) << 64 | reinterpret_cast<uintptr_t>(@b); @a = nullptr; @ia = 0; @D\n"
            "@r = reinterpret_cast<Object *>(static_cast<uintptr_t>(t >> 64)); CHECK(reinterpret_cast<Object *>(static_cast<uintptr_t>(t)), @ib); }",
    "union": "Object *@r; int @ir = @ia; { Either e; e.a = @a; @a = @b; @ia = @ib; @D Either f = e; e.n = 3; @D @r = f.a; CHECK(@r, @ir); }",
    "bytes": "{ alignas(8) char t[24]; std::memcpy(t + 8, &@a, 8); @a = nullptr; @D std::memcpy(&@a, t + 8, 8); CHECK(@a, @ia); }",
    "lanes": "{ Lanes v = {reinterpret_cast<long>(@a), reinterpret_cast<long>(@b)}; @D v = __builtin_shufflevector(v, v, 1, 0); @D CHECK(reinterpret_cast<Object *>(v[0]), @ib); CHECK(reinterpret_cast<Object *>(v[1]), @ia); }",
    "lanes_call": "{ Lanes v = swapped_lanes(Lanes{reinterpret_cast<long>(@a), reinterpret_cast<long>(@b)}, @ia, @ib); @D CHECK(reinterpret_cast<Object *>(v[0]), @ib); CHECK(reinterpret_cast<Object *>(v[1]), @ia); }",
    "interior": "if (@ia && shadow[@ia].kind == @K::kind) { long *w = &whole<@K>(@a)->last; int i = @ia; @a = @b; @ia = @ib; @D @D check_number(*w, last_value(i), __LINE__); }",
    "interior_slot": "if (@ia && shadow[@ia].kind == @K::kind) { Object **w = whole<@K>(@a)->slot(@fi); int i = shadow[@ia].slots[@fi]; @a = @b; @ia = @ib; @D @D if (@ib != 0) {} CHECK(*w, i); }",
    "outer": "Object *@r = @a; int @ir = @ia; if (@ia && shadow[@ia].kind == @K::kind) { long *w = &whole<@K>(@a)->last; @a = nullptr; @ia = 0; @r = nullptr; @D\n"
             "@K *o = reinterpret_cast<@K *>(reinterpret_cast<char *>(w) - last_offset<@K>); @r = o; CHECK(@r, @ir); }",
    # Arrays and structures.
    "array": "{ Object *t[6] = {@a, @b, @c}; int it[6] = {@ia, @ib, @ic}; for (int i = 3; i < 6; ++i) { unsigned k = random_number() % 3; t[i] = t[k]; it[i] = it[k]; }\n"
             "int m = int(random_number() % 3); std::memmove(t + m, t + 2, 3 * sizeof *t); std::memmove(it + m, it + 2, 3 * sizeof *it); @D\n"
             "for (int i = 0; i < 6; ++i) { CHECK(t[i], it[i]); @D } @a = t[m]; @ia = it[m]; }",
    "array_call": "{ Object *t[4] = {@a, @b}; int it[4] = {@ia, @ib}; fill(t, it, 4, @c, @ic); @D for (int i = 0; i < 4; ++i) CHECK(t[i], it[i]); @b = t[3]; @ib = it[3]; }",
    "array_new": "Object *@r = @a; int @ir = @ia; { int n = @N + 1; Object **t = new Object *[unsigned(n)]; int *it = new int[unsigned(n)]; for (int i = 0; i < n; ++i) { t[i] = @r; it[i] = @ir; @F(x) @r = x; @ir = ix; }\n"
                 "@D for (int i = 0; i < n; ++i) CHECK(t[i], it[i]); @r = t[n / 2]; @ir = it[n / 2]; delete[] t; delete[] it; }",
    "make_array": "{ int n = @N + 2; Object **t = tricolor::make_array<Object *>(unsigned(n)); int it[16]; for (int i = 0; i < n; ++i) { bool c = random_number() % 2; t[i] = c ? @a : @b; it[i] = c ? @ia : @ib; @D }\n"
                  "for (Object **p = t + n; p-- != t;) { @D CHECK(*p, it[p - t]); } @a = t[n - 1]; @ia = it[n - 1]; }",
    "make_array_end": "{ int n = @N + 2; Object **t = tricolor::make_array<Object *>(unsigned(n)); t[n - 1] = @a; t[0] = @b; Object **e = t + n; t = nullptr; @D @D CHECK(e[-1], @ia); CHECK(e[-n], @ib); }",
    "array_managed": "{ int n = @N + 1; @A *t = new @A[unsigned(n)]; int i = n - 1; t[i].a = @a; t[i / 2].b[1] = @b; if (i / 2 == i) {} @A *u = t + i; @A *m = t + i / 2; t = nullptr; @D CHECK(u->a, @ia); CHECK(m->b[1], @ib); @D\n"
                     "*m = *u; @D CHECK(m->a, @ia); }",
    "vla": "{ int n = @N + 2; Object *t[n]; int it[n]; for (int i = 0; i < n; ++i) { bool c = random_number() % 2; t[i] = c ? @a : @b; it[i] = c ? @ia : @ib; @D } for (int i = 0; i < n; ++i) CHECK(t[i], it[i]); @a = t[1]; @ia = it[1]; }",
    "alloca": "{ int n = @N + 1; Object **t = static_cast<Object **>(alloca(sizeof(Object *) * unsigned(n))); for (int i = 0; i < n; ++i) t[i] = @a; int i = @ia; @a = @b; @ia = @ib; @D CHECK(t[n - 1], i); @a = t[0]; @ia = i; }",
    "two": "{ Two t = {@a, @b}, u = {@c, nullptr}; std::swap(t, u); @D CHECK(u.a, @ia); CHECK(u.b, @ib); CHECK(t.a, @ic); }",
    "two_call": "Object *@r, *@s; int @ir, @is; { Two t = turned(Two{@a, @b}, @ia, @ib); @ir = returned[0]; @is = returned[1]; @D @r = t.a; @s = t.b; CHECK(@r, @ir); CHECK(@s, @is); }",
    "three_call": "Object *@r; int @ir; { Three t = turned(Three{@a, 7, @b}, @ia, @ib); @ir = returned[0]; int i = returned[1]; @D @r = t.a; CHECK(t.b, i); check_number(t.n, 8, __LINE__); }",
    "five_call": "Object *@r; int @ir; { Five f = {{@a, @b, nullptr, @c, @a}}; int i[5] = {@ia, @ib, 0, @ic, @ia}; Five g = turned(f, i, @b, @ib); @D CHECK(g.p[0], returned[0]);\n"
                 "for (int k = 1; k < 5; ++k) CHECK(g.p[k], i[k - 1]); @r = g.p[2]; @ir = i[1]; CHECK(f.p[3], @ic); }",
    "mixed_call": "Object *@r; int @ir; { Mixed m = turned(Mixed{1.5, @a}, @ia, 2.5); @ir = returned[0]; @D @r = m.a; check_number(long(m.d * 2), 8, __LINE__); }",
    "long_double": "{ long double d = 1.25L; Object *k = @a; int ik = @ia; d = lengthened(d, &k, &ik, @b, @ib); @D CHECK(k, ik); check_number(long(d * 4), 10, __LINE__); @a = k; @ia = ik; }",
    "struct_copy": "{ struct { Object *a; double d; Object *b[3]; Two t[2]; } x = {@a, 2, {@b, @c, @a}, {{@c, @b}, {}}}, y; y = x; x = {}; @D std::memcpy(&x, &y, sizeof x); y = {}; @D\n"
                   "CHECK(x.a, @ia); CHECK(x.b[1], @ic); CHECK(x.t[0].b, @ib); @a = x.t[0].a; @ia = @ic; }",
    "reference": "change(@a, @ia, @b, @ib); CHECK(@a, @ia);",
    "many": "{ Object *t0 = @a, *t1 = @b, *t2 = @c; int i0 = @ia, i1 = @ib, i2 = @ic; @F(x0) @F(x1) @F(x2) @F(x3) @F(x4) @D @F(x5) @D\n"
            "CHECK(x0, ix0); CHECK(x1, ix1); CHECK(x2, ix2); CHECK(x3, ix3); CHECK(x4, ix4); CHECK(x5, ix5); CHECK(t0, i0); CHECK(t1, i1); CHECK(t2, i2); }",
    # Calls.
    "call": "@F(@r)",
    "call_temporary": "@F(t@n) CHECK(t@n, it@n);",
    "variadic": "Object *@r = pick_argument(@number + 3, int(random_number() % 9), @ia, @a, 1.5, @b, 3L, @c, 4, @b, @a, @c, @a); int @ir; "
                "{ int i[] = {@ia, @ib, @ic, @ib, @ia, @ic, @ia}; @ir = i[returned[0]]; } CHECK(@r, @ir);",
    "function_pointer": "{ Object *(*volatile f)(Object *, int, Object *, int) = table[random_number() % table_size]; Object *o = f(@a, @ia, @b, @ib); int i = returned[0]; @D CHECK(o, i); @a = o; @ia = i; }",
    "lambda": "Object *@r; int @ir; { auto f = [@a, @ia](Object *o, int i) { @D CHECK(o, i); CHECK(@a, @ia); return random_number() % 2 ? returned[0] = i, o : (returned[0] = @ia, @a); }; @D @r = f(@b, @ib); @ir = returned[0]; }",
    "lambda_reference": "{ auto f = [&] { Object *t = @a; int it = @ia; @D @a = @b; @ia = @ib; @b = t; @ib = it; @D }; apply(f, 3); CHECK(@a, @ia); }",
    "function": "{ std::function<Object *()> f = [@a, @b, n = 3L] { (void)n; disturb(); return @a ? @a : @b; }; int i = @ia ? @ia : @ib; Object *o = f(); @D std::function<Object *()> g = std::move(f); f = nullptr; @D o = g(); CHECK(o, i); @a = o; @ia = i; }",
    "recursion": "Object *@r = deep(@N * 2, @a, @ia, @b, @ib); int @ir = returned[0]; CHECK(@r, @ir);",
    "tail": "Object *@r = bounce(@N + 2, @a, @ia, @b, @ib); int @ir = returned[0]; CHECK(@r, @ir);",
    "sort": "{ Two t[4] = {{@a, @b}, {@b, @c}, {@c, @a}, {nullptr, @b}}; int i[4][2] = {{@ia, @ib}, {@ib, @ic}, {@ic, @ia}, {0, @ib}}; qsort(t, 4, sizeof *t, compare_two);\n"
            "int m = 0; for (int k = 0; k < 4; ++k) for (int l = 0; l < 4; ++l) if (t[k].a == (l == 0 ? @a : l == 1 ? @b : l == 2 ? @c : nullptr) && t[k].b == (l == 0 ? @b : l == 1 ? @c : l == 2 ? @a : @b)) { ++m; CHECK(t[k].a, i[l][0]); CHECK(t[k].b, i[l][1]); break; }\n"
            "check_number(m, 4, __LINE__); }",
    # Exceptions.
    "try": "try { Guard g = {@a, @ia, __LINE__}; @B @F(x) CHECK(x, ix); if (random_number() % 3 == 0) throw Thrown{x, ix}; @a = x; @ia = ix; } catch (const Thrown &e) { @D CHECK(e.a, e.ia); @b = e.a; @ib = e.ia; @B }",
    "try_all": "try { @F(x) @D throw BigThrown{{x, ix}, {}, @b, @ib}; } catch (BigThrown &e) { Guard g = {e.b, e.ib, __LINE__}; @D CHECK(e.a, e.ia); @c = e.a; @ic = e.ia; } catch (...) { @D @a = @b; @ia = @ib; }",
    "rethrow": "try { try { @F(x) @D throw Thrown{x, ix}; } catch (Thrown &e) { @D if (random_number() % 2) throw; CHECK(e.a, e.ia); } catch (...) { @D throw; } } catch (Thrown &e) { @D CHECK(e.a, e.ia); @a = e.a; @ia = e.ia; }",
    "throw_pointer": "try { Object *o = @a; int i = @ia; try { @D throw o; } catch (Object *p) { @a = @b; @ia = @ib; @D CHECK(p, i); throw Thrown{p, i}; } } catch (Thrown e) { @D CHECK(e.a, e.ia); }",
    "exception_ptr": "{ std::exception_ptr p; int i = @ia; try { throw Thrown{@a, @ia}; } catch (...) { p = std::current_exception(); } @a = @b; @ia = @ib; @D @D try { std::rethrow_exception(p); } catch (Thrown &e) { CHECK(e.a, i); @a = e.a; @ia = i; } }",
    "throw_deep": "try { throw_from(@N + 1, @a, @ia); } catch (Thrown &e) { @D CHECK(e.a, e.ia); }",
    "throw": "if (random_number() % 6 == 0) throw Thrown{@a, @ia};",
    # Globals, threads, memory that is not collected.
    "global_store": "globals[random_number() % 8 / 2].two.a = nullptr; { unsigned k = random_number() % 4; globals[k].two.a = @a; shadow_globals[k] = @ia; for (unsigned j = 0; j < 4; ++j) if (!globals[j].two.a) shadow_globals[j] = 0; }",
    "global_load": "unsigned g@n = random_number() % 4; Object *@r = globals[g@n].two.a; int @ir = shadow_globals[g@n]; CHECK(@r, @ir);",
    "static_local": "{ static Object *kept; static int ikept; CHECK(kept, ikept); Object *t = kept; int it = ikept; kept = @a; ikept = @ia; @D @a = t; @ia = it; }",
    "thread_local": "{ CHECK(own, iown); Object *t = own; int it = iown; own = @a; iown = @ia; @D CHECK(own, iown); @a = t; @ia = it; }",
    "thread_local_struct": "{ CHECK(own_two.b, iown_two); own_two = {nullptr, 0, @b}; iown_two = @ib; @D CHECK(own_two.b, @ib); }",
    "atomic": "{ std::atomic<Object *> x{@a}; int ix = @ia; Object *o = x.exchange(@b); int i = ix; ix = @ib; @D CHECK(o, i); Object *e = @c; if (x.compare_exchange_strong(e, o)) { ix = i; } else { @D CHECK(e, @ib); } @D CHECK(x.load(), ix); @a = x.load(std::memory_order_relaxed); @ia = ix; }",
    "vector": "{ std::vector<Object *> v; std::vector<int> iv; for (int i = 0, n = @N + 2; i < n; ++i) { bool c = random_number() % 2; v.push_back(c ? @a : @b); iv.push_back(c ? @ia : @ib); @D } Object *o = v.back(); @D CHECK(o, iv.back());\n"
              "std::reverse(v.begin(), v.end()); std::reverse(iv.begin(), iv.end()); std::vector<Object *> w = v; v.clear(); v.shrink_to_fit(); @D for (unsigned i = 0; i < w.size(); ++i) CHECK(w[i], iv[i]); @a = w[0]; @ia = iv[0]; }",
    "vector_struct": "{ std::vector<Three> v(2); v[1].b = @a; v.insert(v.begin(), Three{@b, 1, @c}); @D CHECK(v[2].b, @ia); CHECK(v[0].a, @ib); v.erase(v.begin()); @D CHECK(v[1].b, @ia); }",
    "unique": "{ auto p = std::make_unique<Five>(); p->p[3] = @a; auto q = std::move(p); int i = @ia; @a = @b; @ia = @ib; @D CHECK(q->p[3], i); @a = q->p[3]; @ia = i; }",
    "shared": "{ auto p = std::make_shared<Two>(Two{@a, @b}); std::shared_ptr<Object *> q(p, &p->b); p = nullptr; int i = @ib; @b = @a; @ib = @ia; @D CHECK(*q, i); }",
    "setjmp": "{ jmp_buf place; Object *volatile o = @a; volatile int i = @ia; volatile int n = 0; if (setjmp(place) == 0) { @D n = 1; jump(place, @b, @ib); } else { @D CHECK(o, i); check_number(n, 1, __LINE__); } @D CHECK(o, i); }",
    "pthread": "{ Hand h = {@a, @ia, @b, @ib, nullptr, 0, random_number()}; pthread_t t; if (pthread_create(&t, nullptr, run_hand, &h) == 0) { @D pthread_join(t, nullptr); CHECK(h.r, h.ir); @a = h.r; @ia = h.ir; } }",
    "thread": "{ Object *o = nullptr; int io = 0; std::atomic<Object *> door{nullptr}; std::thread t([&o, &io, &door, x = @a, ix = @ia] { calls_left = 3; disturb(); CHECK(x, ix); o = x; io = ix; Object *g; while (!(g = door.load())) disturb(); CHECK(g, *identity_of_door.load()); });\n"
              "int i = fresh_identity(@K::kind); identity_of_door = &i; { Object *g = new @K(i); @D door = g; } t.join(); CHECK(o, io); CHECK(door.load(), i); }",
    "coroutine": "{ Steps s = steps(@a, @ia, @b, @ib); while (s.next()) { @D CHECK(s.value(), s.identity()); } @D CHECK(@b, @ib); }",
    # More of each, mostly what the library or the optimizer makes of it.
    "double": "Object *@r; int @ir = @ia; { Either e; e.a = @a; Either f[3]; f[1].d = e.d; e.a = nullptr; @a = @b; @ia = @ib; @D @r = f[1].a; } CHECK(@r, @ir);",
    "lanes_four": "{ Lanes4 v = {reinterpret_cast<long>(@a), reinterpret_cast<long>(@b), 1, reinterpret_cast<long>(@c)}; @D Lanes4 w = v; w[2] = v[0]; @D CHECK(reinterpret_cast<Object *>(w[3]), @ic); CHECK(reinterpret_cast<Object *>(w[2]), @ia); }",
    "must_tail": "Object *@r = forced(@N + 1, @a, @ia, @b, @ib); int @ir = returned[0]; CHECK(@r, @ir);",
    "many_arguments": "Object *@r = eighth(1, @b, 2.0, @b, @c, 3, @c, @a, @ia, @b, @ib); int @ir = returned[0]; @D CHECK(@r, @ir);",
    "wide_argument": "{ unsigned __int128 t = turned(static_cast<unsigned __int128>(reinterpret_cast<uintptr_t>(@a)) << 64 | reinterpret_cast<uintptr_t>(@b), @ia, @ib); @D CHECK(reinterpret_cast<Object *>(static_cast<uintptr_t>(t >> 64)), @ib); CHECK(reinterpret_cast<Object *>(static_cast<uintptr_t>(t)), @ia); }",
    "integer_argument": "Object *@r = reinterpret_cast<Object *>(passed(reinterpret_cast<uintptr_t>(@a), @ia)); int @ir = @ia; @D CHECK(@r, @ir);",
    "tuple": "{ std::tuple<Object *, double, Object *> t(@a, 0.5, @b); auto u = std::make_pair(t, @c); @D CHECK(std::get<2>(u.first), @ib); CHECK(u.second, @ic); std::tie(@b, std::ignore, @a) = std::move(u.first); std::swap(@ia, @ib); }",
    "variant": "{ std::variant<long, Object *, Two> v; if (random_number() % 2) v = @a; else v = Two{nullptr, @a}; auto w = v; v = 7L; int i = @ia; @a = @b; @ia = @ib; @D Object **p = std::get_if<Object *>(&w); Object *o = p ? *p : std::get<Two>(w).b; CHECK(o, i); }",
    "optional": "{ std::optional<Two> v; for (int i = 0, n = @N; i < n; ++i) { @D if (random_number() % 3) v = Two{@a, @b}; else v.reset(); } @D if (v) { CHECK(v->a, @ia); CHECK(v->b, @ib); } }",
    "map": "{ std::map<int, Object *> m; std::map<int, int> im; for (int i = 0, n = @N + 3; i < n; ++i) { int k = int(random_number() % 5); m[k] = i % 2 ? @a : @b; im[k] = i % 2 ? @ia : @ib; @D } for (auto &[k, o] : m) { CHECK(o, im[k]); @D } m.erase(m.begin()); @D for (auto &[k, o] : m) CHECK(o, im[k]); }",
    "list": "{ std::list<Object *> l{@a, @b}; l.push_front(@c); @D l.splice(l.end(), l, l.begin()); @D CHECK(l.back(), @ic); CHECK(l.front(), @ia); l.reverse(); @a = *l.begin(); @ia = @ic; }",
    "stable_sort": "{ std::vector<std::pair<int, Object *>> v = {{@ia, @a}, {@ib, @b}, {@ic, @c}, {@ia, @a}}; std::stable_sort(v.begin(), v.end(), [](auto &x, auto &y) { disturb(); return x.first < y.first; }); for (auto &[i, o] : v) CHECK(o, i); }",
    "any": "{ std::any v = @a; int i = @ia; @a = @b; @ia = @ib; @D std::any w = v; v.reset(); @D CHECK(std::any_cast<Object *>(w), i); }",
    "copy_loop": "{ int n = 13 + @N; Object **t = tricolor::make_array<Object *>(unsigned(n)), **u = new Object *[unsigned(n)]; int it[20]; for (int i = 0; i < n; ++i) { bool c = random_number() % 2; t[i] = c ? @a : @b; it[i] = c ? @ia : @ib; }\n"
                 "for (int i = 0; i < n; ++i) u[i] = t[n - 1 - i]; t = nullptr; @D for (int i = 0; i < n; ++i) { u[i] = it[n - 1 - i] == @ia ? u[i] : @c; it[n - 1 - i] = it[n - 1 - i] == @ia ? @ia : @ic; } @D\n"
                 "for (int i = 0; i < n; ++i) CHECK(u[i], it[n - 1 - i]); delete[] u; }",
    "move_managed": "{ int n = 5; @A *t = new @A[5], *u = tricolor::make_array<@A>(7); t[3].a = @a; t[4].b[0] = @b; std::memmove(static_cast<void *>(t + 1), t + 2, 3 * sizeof *t); @D std::copy(t, t + n, u + 2); t = nullptr; @D CHECK(u[4].a, @ia); CHECK(u[5].b[0], @ib); CHECK(u[6].b[0], @ib); std::swap(u[0], u[4]); @D CHECK(u[0].a, @ia); CHECK(u[4].a, 0); }",
    "volatile": "{ Object *volatile x = @a; Object *volatile *p = &x; int i = @ia; @a = @b; @ia = @ib; @D Object *o = *p; *p = nullptr; @D CHECK(o, i); @b = o; @ib = i; }",
    "difference": "{ Object **t = tricolor::make_array<Object *>(8); t[2] = @a; t[6] = @b; Object **p = t + 6; long d = p - t; t = nullptr; @D Object **q = p - (d - 2); p = nullptr; @D CHECK(q[0], @ia); CHECK(q[4], @ib); }",
    "many_live": "{ Object *x[12]; int ix[12]; for (int i = 0; i < 12; ++i) { ix[i] = fresh_identity(@K::kind); x[i] = new @K(ix[i]); } Object *a = x[0], *b = x[1], *c = x[2], *d = x[3], *e = x[4], *f = x[5], *g = x[6], *h = x[7], *k = x[8], *l = x[9], *m = x[10], *o = x[11]; std::fill(x, x + 12, nullptr); @D set_slot(a, ix[0], 3, l, ix[9]); @D @D\n"
                 "CHECK(a, ix[0]); CHECK(b, ix[1]); CHECK(c, ix[2]); CHECK(d, ix[3]); CHECK(e, ix[4]); @D CHECK(f, ix[5]); CHECK(g, ix[6]); CHECK(h, ix[7]); CHECK(k, ix[8]); CHECK(l, ix[9]); CHECK(m, ix[10]); CHECK(o, ix[11]); @a = h; @ia = ix[7]; }",
    "placement": "{ alignas(Three) unsigned char place[sizeof(Three)]; Three *t = ::new (place) Three{@a, 1, @b}; int i = @ia; @a = @c; @ia = @ic; @D CHECK(t->a, i); t = std::launder(reinterpret_cast<Three *>(place)); @D CHECK(t->b, @ib); }",
    "struct_loop": "{ Five f = {{@a, @b, @c, nullptr, nullptr}}; int i[5] = {@ia, @ib, @ic, 0, 0}; for (int n = @N + 1; n-- > 0;) { Five g = f; for (int k = 0; k < 5; ++k) f.p[k] = g.p[(k + 1) % 5]; int j = i[0]; std::memmove(i, i + 1, sizeof *i * 4); i[4] = j; @D } for (int k = 0; k < 5; ++k) CHECK(f.p[k], i[k]); }",
    "throw_loop": "for (int n = @N; n-- > 0;) try { Guard g = {@b, @ib, __LINE__}; if (random_number() % 2) continue; throw_from(n, @a, @ia); } catch (Thrown &e) { CHECK(e.a, @ia); @D if (random_number() % 3 == 0) break; } ",
    "function_try": "{ auto f = [](Object *o, int i) -> Object * { Guard g = {o, i, __LINE__}; try { throw_from(2, o, i); } catch (Thrown &e) { disturb(); return e.a; } return nullptr; }; Object *o = f(@a, @ia); @D CHECK(o, @ia); }",
    "once": "{ Object *o = nullptr; std::once_flag once; std::call_once(once, [&] { @D o = @a; }); @D CHECK(o, @ia); }",
    "lock": "{ static std::mutex m; static Object *o; static int io; std::unique_lock<std::mutex> l(m); CHECK(o, io); o = @a; io = @ia; @D }",
    "atomic_field": "{ int i = fresh_identity(@K::kind); @K *k = new @K(i); std::atomic_ref<Object *> x(k->m1); x.store(@a); shadow[i].slots[1] = @ia; @D Object *o = x.exchange(@b); shadow[i].slots[1] = @ib; @D CHECK(o, @ia); o = @b; while (!x.compare_exchange_weak(o, @c)) @D shadow[i].slots[1] = @ic; @D CHECK(static_cast<Object *>(k), i); }",
    "statement_expression": "Object *@r = ({ Object *t = @a; @D random_number(); t; }); int @ir = @ia; CHECK(@r, @ir);",
    "bits": "{ struct { uintptr_t word; unsigned flag : 3; } t = {reinterpret_cast<uintptr_t>(@a) | 2, 5}; int i = @ia; @a = nullptr; @ia = 0; @D auto u = t; t.word = 0; @D @a = reinterpret_cast<Object *>(u.word & ~7ul); @ia = i; CHECK(@a, @ia); }",
    # Safepoints that are polls alone.
    "rotated": "Object *@r; int @ir; { unsigned n = random_number() % 7; int i[] = {@ia, @ib, @ic, @ia}; @ir = i[n % 4]; @r = rotated(@a, @b, @c, @a, n); } CHECK(@r, @ir);",
    "poll_loop": "{ Object *t0 = @a, *t1 = @b, *t2 = @c; int i0 = @ia, i1 = @ib, i2 = @ic, n = @N + 1; @a = @b; @ia = @ib; @c = nullptr; @ic = 0;\n"
                 "for (; n > 0; --n) { asm volatile(\"\" : \"+r\"(n)); Object *t = t0; t0 = t1; t1 = t2; t2 = t; int i = i0; i0 = i1; i1 = i2; i2 = i; } CHECK(t0, i0); CHECK(t1, i1); CHECK(t2, i2); }",
    "poll_chain": "Object *@r = @a; int @ir = @ia; { int n = @N + 1; Object *o = @a; int io = @ia; for (int i = 0; i < n; ++i) { int k = fresh_identity(@K::kind); @K *p = new @K(k); p->@f = o; shadow[k].slots[@fi] = io; o = p; io = k; } @a = @b; @ia = @ib; @r = nullptr;\n"
                  "for (; n > 0; --n) { asm volatile(\"\" : \"+r\"(n)); o = whole<@K>(o)->@f; } @r = o; } CHECK(@r, @ir);",
    "poll_search": "{ int n = @N + 2; Object **t = tricolor::make_array<Object *>(unsigned(n)); t[n - 1] = @a; t[0] = @b; Object **p = found(t, t + n, random_number() % 2 ? reinterpret_cast<uintptr_t>(@a) : 8); Object **e = t + n; t = nullptr; if (p == e) --p;\n"
                   "if (*p) CHECK(*p, @ia); @D CHECK(e[-n], @ib); }",
    "poll_tagged": "Object *@r; int @ir = @ia; { uintptr_t t = retagged(reinterpret_cast<uintptr_t>(@a), random_number() % 5); @a = nullptr; @ia = 0; @D @r = reinterpret_cast<Object *>(t & ~uintptr_t{7}); CHECK(@r, @ir); }",
    "poll_pressure": "{ Object *x[16]; int ix[16], n = @N + 1; for (int i = 0; i < 16; ++i) { bool c = random_number() % 2; int k = fresh_identity(@K::kind); ix[i] = c ? k : @ia; x[i] = c ? new @K(k) : @a; }\n"
                     "Object *a = x[0], *b = x[1], *c = x[2], *d = x[3], *e = x[4], *f = x[5], *g = x[6], *h = x[7], *k = x[8], *l = x[9], *m = x[10], *o = x[11], *p = x[12], *q = x[13]; int s = n % 14; std::fill(x, x + 16, nullptr);\n"
                     "for (; n > 0; --n) { asm volatile(\"\" : \"+r\"(n)); Object *t = a; a = b; b = c; c = d; d = e; e = f; f = g; g = h; h = k; k = l; l = m; m = o; o = p; p = q; q = t; }\n"
                     "CHECK(a, ix[s % 14]); CHECK(b, ix[(s + 1) % 14]); CHECK(c, ix[(s + 2) % 14]); CHECK(d, ix[(s + 3) % 14]); CHECK(f, ix[(s + 5) % 14]); CHECK(h, ix[(s + 7) % 14]); CHECK(l, ix[(s + 9) % 14]); CHECK(o, ix[(s + 11) % 14]); CHECK(p, ix[(s + 12) % 14]); CHECK(q, ix[(s + 13) % 14]); CHECK(e, ix[(s + 4) % 14]); CHECK(g, ix[(s + 6) % 14]); CHECK(k, ix[(s + 8) % 14]); CHECK(m, ix[(s + 10) % 14]); }",
    "poll_lanes": "{ Lanes v = {reinterpret_cast<long>(@a), reinterpret_cast<long>(@b)}; int i0 = @ia, i1 = @ib, n = @N + 1, s = n; @a = @c; @ia = @ic; for (; n > 0; --n) { asm volatile(\"\" : \"+r\"(n)); v = __builtin_shufflevector(v, v, 1, 0); }\n"
                  "CHECK(reinterpret_cast<Object *>(v[s % 2]), i0); CHECK(reinterpret_cast<Object *>(v[1 - s % 2]), i1); }",
    # Callees without maps.
    "external_memory": "Object *@r; int @ir = @ia; { Object *o = @a; @a = @b; @ia = @ib; @r = static_cast<Object *>(last_passed(disturb_back, nullptr, 2, 3, 4, 5, @c, o)); } CHECK(@r, @ir);",
    "external_value": "Object *@r; int @ir = @ia; { Object *o = @a; @a = @b; @ia = @ib; @r = static_cast<Object *>(word_passed(disturb_back, nullptr, Passed{{@c, o, @b}}, 1)); } CHECK(@r, @ir);",
    "external_changed": "Object *@r; int @ir = @ia; { Passed *o = new Passed{{@c, @a, @b}}; @a = @b; @ia = @ib; @r = static_cast<Object *>(word_passed(clear_back, o, *o, 1)); delete o; } CHECK(@r, @ir);",
    "external_variadic": "Object *@r; int @ir = @ia; { Object *o = @a; @a = @b; @ia = @ib; @r = static_cast<Object *>(variadic_passed(disturb_back, nullptr, 6, @b, @c, @b, @c, @b, o)); } CHECK(@r, @ir);",
    # Operations on words whose result alone lives on.
    "word_or": "Object *@r; int @ir = @ia; { uintptr_t t = reinterpret_cast<uintptr_t>(@a) | random_number() % 8; @a = nullptr; @ia = 0; @D asm volatile(\"\" : \"+r\"(t)); @r = reinterpret_cast<Object *>(t & ~uintptr_t{7}); CHECK(@r, @ir); }",
    "word_xor": "Object *@r; int @ir = @ia; { uintptr_t t = reinterpret_cast<uintptr_t>(@a) ^ random_number() % 8; @a = @b; @ia = @ib; @D asm volatile(\"\" : \"+r\"(t)); @r = reinterpret_cast<Object *>(t & ~uintptr_t{7}); CHECK(@r, @ir); }",
    "word_add": "Object *@r; int @ir = @ia; { uintptr_t d = random_number() % 8, t = reinterpret_cast<uintptr_t>(@a) + d; @a = @b; @ia = @ib; @D asm volatile(\"\" : \"+r\"(t)); @r = reinterpret_cast<Object *>(t - d); CHECK(@r, @ir); }",
    "word_choice": "Object *@r; int @ir; { bool c = random_number() % 2; uintptr_t t = c ? reinterpret_cast<uintptr_t>(@a) | 1 : reinterpret_cast<uintptr_t>(@b) | 2; @ir = c ? @ia : @ib; @a = nullptr; @ia = 0; @b = nullptr; @ib = 0; @D asm volatile(\"\" : \"+r\"(t)); @r = reinterpret_cast<Object *>(t & ~uintptr_t{3}); CHECK(@r, @ir); }",
}

# How often, where it is not 1.
WEIGHTS = {
    "new": 5, "store": 5, "load": 3, "store_direct": 4, "load_direct": 2, "call": 4, "check": 3, "if": 3, "for": 2, "pthread": 0.3,
    "thread": 0.3, "disturb": 2, "throw": 0.6, "walk": 1.5, "chain": 1.5, "global_store": 2, "global_load": 2,
}
