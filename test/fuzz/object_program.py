#===- test/fuzz/object_program.py - A random program with collected objects ----------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
# The text of the program for a seed: a few kinds of objects with random layouts, functions with random
# parameters whose bodies are random statements (object_statements.py), each calling those before it, and
# a main() that runs them and checks everything that the globals still reach.
#
#===---------------------------------------------------------------------------------------------===

import random
import re

from object_statements import STATEMENTS, WEIGHTS

# Members that hold references: declaration, and the lvalue of each of its slots. Only members that are
# plain pointers are used by name; the rest through slot().
MEMBERS = [
    ("Object *arr[3] = {};", ["arr[0]", "arr[1]", "arr[2]"]),
    ("struct { long n; Object *p; double d; } in = {};", ["in.p"]),
    ("Two two = {};", ["two.a", "two.b"]),
    ("Object *one = nullptr;", ["one"]),
    ("struct { int n; Object *p[2]; char c; } list[2] = {};", ["list[0].p[1]", "list[1].p[0]", "list[1].p[1]"]),
]
HIDDEN_MEMBERS = [
    ("Either either = {};", "&either.a"),
    ("alignas(8) char bytes[24] = {};", "reinterpret_cast<Object **>(bytes + 8)"),
    ("std::atomic<Object *> door{nullptr};", "reinterpret_cast<Object **>(&door)"),
]
PADDING = ["long n1 = 5;", "char c1 = 1;", "double d1 = 0.5;", "int numbers[5] = {};", "char text[3] = {};", "bool flag : 3 = 0;",
           "long big[40] = {};"]
BASES = ["Object", "Object", "Extra, Object", "Face, Object", "Object, Face", "virtual Object", "Left, Right", "Left, Extra, Face"]
SCALARS = [("long", "7"), ("double", "0.5"), ("int", "3"), ("long double", "2.5L"), ("char", "'c'"), ("float", "1.5f"),
           ("__int128", "9")]


class Kind:
    def __init__(self, choice, index, base):
        self.name, self.index, self.base = f"K{index}", index, base
        self.face = "Face" in base
        members = [("Object *m0 = nullptr;", ["m0"]), ("Object *m1 = nullptr;", ["m1"])]
        members += choice.sample(MEMBERS, choice.randint(0, 2))
        hidden = choice.sample(HIDDEN_MEMBERS, choice.randint(0, 2))
        self.named = [name for _, names in members for name in names]
        addresses = [f"&{name}" for name in self.named] + [address for _, address in hidden]
        declarations = [text for text, _ in members + hidden] + choice.sample(PADDING, choice.randint(0, 2))
        choice.shuffle(declarations)
        if "Extra" in base:
            addresses.append("&extra")
        if "Left" in base:
            addresses += ["&left"]
        self.slots = len(addresses)
        cases = " ".join(f"case {i}: return {address};" for i, address in enumerate(addresses))
        body = f"  static constexpr int kind = {index}, slot_count = {self.slots};\n"
        body += f"  explicit {self.name}(int i) : Object(i), last(last_value(i)) {{}}\n"
        body += "".join(f"  {text}\n" for text in declarations)
        body += f"  Object **slot(int i) {{ switch (i) {{ {cases} }} std::abort(); }}\n"
        if self.face:
            body += ("  Object *turn(Object *o, int i) override { disturb(); CHECK(o, i); m1 = o; disturb();"
                     " returned[0] = i; return m1; }\n  Object *self() override { disturb(); return this; }\n")
        body += "  long last;\n"
        self.text = f"struct {self.name} final : {base} {{\n{body}}};\n"


class Scope:
    def __init__(self, variables):
        self.variables = list(variables)


class Program:
    def __init__(self, seed):
        self.choice = random.Random(seed)
        self.seed = seed
        self.numbers = 0
        # Each program has its own taste: some statements often, some never.
        self.names = list(STATEMENTS)
        self.weights = [WEIGHTS.get(name, 1) * self.choice.choice([0, 1, 1, 2, 4]) for name in self.names]
        bases = self.choice.sample(BASES, self.choice.randint(2, 4)) + ["Face, Object"]
        self.kinds = [Kind(self.choice, index + 1, base) for index, base in enumerate(bases)]
        self.functions = []

    def number(self):
        self.numbers += 1
        return self.numbers

    def body(self, scope, depth, statements):
        inner = Scope(scope.variables)
        return "\n".join(self.statement(inner, depth) for _ in range(statements))

    def call(self, name, scope):
        parameters, function = self.choice.choice(self.functions[-4:]) if self.functions else (None, None)
        if not function:
            return f"int i{name} = fresh_identity(K1::kind); Object *{name} = new K1(i{name});"
        arguments = []
        for parameter in parameters:
            if parameter is None:
                variable = self.choice.choice(scope.variables)
                arguments += [variable, f"i{variable}"]
            else:
                arguments.append(parameter)
        return f"Object *{name} = {function}({', '.join(arguments)}); int i{name} = returned[0];"

    def statement(self, scope, depth):
        for _ in range(50):
            name = self.choice.choices(self.names, self.weights)[0]
            text = STATEMENTS[name]
            if "@B" not in text or depth > 0:
                break
        else:
            text = STATEMENTS["check"]
        a, b, c, before = *self.choice.sample(scope.variables, 3), ""
        number = self.number()
        # Often an operand is the only reference to its object, and is not used behind the statement: what
        # the statement loses is not kept by chance.
        if self.choice.random() < 0.6 and any(hole in text for hole in ("@a", "@b", "@c")):
            operands = []
            for hole, old in zip("abc", (a, b, c)):
                if f"@{hole}" in text and self.choice.random() < 0.6:
                    kind, old_name, old = self.choice.choice(self.kinds), old, f"sole{self.number()}"
                    before += (f"int i{old} = fresh_identity({kind.name}::kind); Object *{old} = new {kind.name}(i{old});"
                               f" set_slot({old}, i{old}, {self.choice.randrange(12)}, {old_name}, i{old_name});\n")
                operands.append(old)
            a, b, c = operands
        kind = self.choice.choice(self.kinds)
        slot = self.choice.randrange(len(kind.named))
        faces = [kind for kind in self.kinds if kind.face]
        values = {
            "a": a, "b": b, "c": c, "ia": f"i{a}", "ib": f"i{b}", "ic": f"i{c}", "n": str(number), "r": f"r{number}",
            "s": f"s{number}", "ir": f"ir{number}", "is": f"is{number}", "K": kind.name, "f": kind.named[slot],
            "fi": str(slot), "V": self.choice.choice(faces).name, "A": "Element", "D": "disturb();",
            "N": "int(random_number() % 4)", "number": str(self.choice.randint(1, 6)),
        }
        created = [values[key] for key in ("r", "s") if re.search(rf"\*?@{key}\b", text)]

        def fill(match):
            key, argument = match.group(1), match.group(2)
            if key == "B":
                return "{\n" + self.body(scope, depth - 1, self.choice.randint(1, 3)) + "\n}"
            if key == "F":
                return self.call(re.sub(r"@(\w+)", lambda hole: values[hole.group(1)], argument), scope)
            return values[key]

        text = re.sub(r"@(F)\(([^)]*)\)|@(ia|ib|ic|ir|is|fi|number|[a-zA-Z])",
                      lambda match: fill(match) if match.group(1) else fill_plain(match, fill), text)
        scope.variables += created
        # Not every variable is live for long.
        if len(scope.variables) > 9:
            del scope.variables[self.choice.randrange(len(scope.variables))]
        return before + text

    def function(self, index):
        parameters, names, texts = [], [], []
        pointers = self.choice.randint(1, 4) if self.choice.random() < 0.7 else 2
        for i in range(pointers):
            parameters.append(None)
            names.append(f"p{i}")
            texts.append(f"Object *p{i}, int ip{i}")
            if self.choice.random() < 0.15:
                type_name, value = self.choice.choice(SCALARS)
                parameters.append(value)
                texts.append(f"[[maybe_unused]] {type_name} n{i}")
        while len(names) < 4:
            names.append(f"v{len(names)}")
        locals_ = "".join(f"Object *{name} = nullptr; int i{name} = 0;\n" for name in names if name[0] == "v")
        scope = Scope(names)
        statements = "\n".join(self.statement(scope, 2) for _ in range(self.choice.randint(3, 7)))
        result = self.choice.choice(scope.variables)
        checks = "".join(f"CHECK({name}, i{name});\n" for name in scope.variables if self.choice.random() < 0.4)
        attributes = self.choice.choice(["NOINLINE static", "NOINLINE static", "static", "NOINLINE", "static inline"])
        name = f"f{index}"
        text = (f"{attributes} Object *{name}({', '.join(texts)}) {{\nif (calls_left-- <= 0) {{ returned[0] = ip0; return p0; }}\n"
                f"{locals_}{statements}\n{checks}returned[0] = i{result};\nreturn {result};\n}}\n")
        self.functions.append((parameters, name))
        return text

    def text(self):
        parts = [f"// The program for seed {self.seed}.\n", '#include "shapes.h"\n\n']
        parts.append("struct Face { virtual Object *turn(Object *o, int i) = 0; virtual Object *self() = 0; };\n"
                     "struct Extra { long before = 1; Object *extra = nullptr; };\n"
                     "struct Left : virtual Object { Left() : Object(0) {} Object *left = nullptr; };\n"
                     "struct Right : virtual Object { Right() : Object(0) {} long right = 0; virtual void nothing() {} };\n"
                     "struct Element : tricolor::managed { long n = 0; Object *a = nullptr; Object *b[2] = {}; };\n")
        parts += [kind.text for kind in self.kinds]
        count = " ".join(f"case {kind.index}: return {kind.slots};" for kind in self.kinds)
        slot = " ".join(f"case {kind.index}: return whole<{kind.name}>(o)->slot(s);" for kind in self.kinds)
        parts.append(f"static int slots_of(int kind) {{ switch (kind) {{ {count} }} return 0; }}\n"
                     f"static Object **slot_of(Object *o, int kind, int s) {{ switch (kind) {{ {slot} }} std::abort(); }}\n"
                     "NOINLINE static void set_slot(Object *o, int i, unsigned k, Object *v, int iv) {\n"
                     "if (!i) return; int s = int(k % unsigned(slots_of(shadow[i].kind))); *slot_of(o, shadow[i].kind, s) = v; shadow[i].slots[s] = iv; }\n"
                     "static Object *get_slot(Object *o, int i, unsigned k) { return i ? *slot_of(o, shadow[i].kind, int(k % unsigned(slots_of(shadow[i].kind)))) : nullptr; }\n"
                     "static int id_slot(int i, unsigned k) { return i ? shadow[i].slots[k % unsigned(slots_of(shadow[i].kind))] : 0; }\n"
                     "struct Global { long n; Two two; }; static Global globals[4]; static int shadow_globals[4];\n"
                     "static thread_local Object *own; static thread_local int iown; static thread_local Three own_two; static thread_local int iown_two;\n"
                     "extern Object *(*const table[])(Object *, int, Object *, int); extern const unsigned table_size;\n")
        functions = [self.function(index) for index in range(self.choice.randint(3, 6))]
        parts += functions
        entries = []
        for index, (parameters, name) in enumerate(self.functions):
            arguments, which = [], 0
            for parameter in parameters:
                arguments += [["a", "ia"], ["b", "ib"]][which % 2] if parameter is None else [parameter]
                which += parameter is None
            parts.append(f"static Object *entry{index}(Object *a, int ia, Object *b, int ib) {{ (void)b; (void)ib; return {name}({', '.join(arguments)}); }}\n")
            entries.append(f"entry{index}")
        parts.append(f"Object *(*const table[])(Object *, int, Object *, int) = {{{', '.join(entries)}}};\n"
                     f"const unsigned table_size = {len(entries)};\n")
        describe = " ".join(f"describe_kind<{kind.name}>();" for kind in self.kinds)
        parts.append(f"int main() {{\nseed_random({self.seed % 1000003});\n{describe}\n"
                     "for (unsigned round = 0; round < 50; ++round) {\ncalls_left = 16;\n"
                     "Object *a = globals[round % 4].two.a; int ia = shadow_globals[round % 4]; Object *b = own; int ib = iown;\n"
                     "try { Object *r = table[round % table_size](a, ia, b, ib); int ir = returned[0]; disturb(); CHECK(r, ir);\n"
                     "globals[round % 3].two.a = r; shadow_globals[round % 3] = ir; } catch (Thrown &e) { disturb(); CHECK(e.a, e.ia); own = e.a; iown = e.ia; }\n"
                     "for (int i = 0; i < 4; ++i) CHECK(globals[i].two.a, shadow_globals[i]);\nCHECK(own, iown);\n}\n"
                     'std::printf("done\\n");\nreturn 0;\n}\n')
        return "".join(parts)


def fill_plain(match, fill):
    class Hole:
        def group(self, index):
            return match.group(3) if index == 1 else None

    return fill(Hole())
