--===- test/codebases/Inputs/self-check.lua - A Lua script that checks itself --------------------===
--
-- Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
--
--===---------------------------------------------------------------------------------------------===

-- Closures and upvalues.
local function counter()
  local n = 0
  return function() n = n + 1; return n end
end
local a, b = counter(), counter()
assert(a() == 1 and a() == 2 and b() == 1)

-- Coroutines that yield across errors that are caught (longjmp in C).
local function walk(t)
  if t then walk(t.left); coroutine.yield(t.key); walk(t.right) end
end
local function insert(t, key)
  if not t then return { key = key } end
  if key < t.key then t.left = insert(t.left, key) else t.right = insert(t.right, key) end
  return t
end
local tree
for i = 1, 2000 do tree = insert(tree, (i * 7919) % 10007) end
local last, n = -1, 0
for key in coroutine.wrap(function() walk(tree) end) do
  assert(key > last)
  last, n = key, n + 1
end
assert(n == 2000)

for depth = 1, 100 do
  local function fail(level)
    if level == 0 then error({ depth = depth }) end
    local ok, e = pcall(fail, level - 1)
    assert(not ok)
    error(e)
  end
  local ok, e = pcall(fail, depth)
  assert(not ok and e.depth == depth)
end
assert(not pcall(function() local function f() return f() + 1 end return f() end))

-- Weak tables, finalizers.
local weak, dead = setmetatable({}, { __mode = "v" }), 0
for i = 1, 1000 do weak[i] = setmetatable({}, { __gc = function() dead = dead + 1 end }) end
collectgarbage(); collectgarbage()
assert(next(weak) == nil and dead == 1000)

-- Strings: patterns, formats, concatenation, sorting.
local words = {}
for i = 1, 20000 do words[i] = string.format("%05d-%x", (i * 7919) % 99991, i) end
table.sort(words)
for i = 2, #words do assert(words[i - 1] <= words[i]) end
local text = table.concat(words, " ")
local digits = 0
for w in text:gmatch("%d+%-") do digits = digits + #w end
assert(digits == 20000 * 6)
assert(text:gsub("(%d+)%-(%x+)", "%2"):len() < #text)

-- Metatables, inheritance, goto, integer division, bit operations.
local Point = {}
Point.__index = Point
Point.__add = function(p, q) return setmetatable({ x = p.x + q.x }, Point) end
local sum = setmetatable({ x = 0 }, Point)
for i = 1, 100000 do sum = sum + setmetatable({ x = i }, Point) end
assert(sum.x == 5000050000 and 7 // 2 == 3 and (0xff ~ 0x0f) == 0xf0)

-- Code made at run time.
for i = 1, 500 do assert(load("local x = ... ; return x * " .. i)(3) == 3 * i) end
print("all checks passed")
