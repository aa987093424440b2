-- Closures, strings, tables, coroutines, errors, numbers, files: what the language says, and no more.
local function heading(text) print(("-- %s"):format(text)) end

heading("closures")
local function counter(step)
  local n = 0
  return function() n = n + step; return n end, function() return n end
end
local advance, read = counter(3)
for _ = 1, 5 do advance() end
print(read(), select("#", counter(1)), (function(...) return select(-1, ...) end)("a", "b", "c"))

heading("strings")
local text = "The quick brown fox jumps over the lazy dog"
print(text:upper(), #text, text:find("fox"), text:sub(-8, -5), text:rep(2, "|"):len())
print(text:gsub("(%w+) (%w+)", "%2 %1"), (text:gsub("%w+", { quick = "slow", dog = "cat" })))
for word, at in text:gmatch("(%a+)()") do io.write(word:reverse(), ":", at, " ") end
print()
print(("%5d|%-8s|%08.3f|%x|%q|%s|%i"):format(42, "left", math.pi, 255, "line\nend\0z", nil, -7))
print(string.pack("<i4 z s2", -2, "abc", "xyz"):byte(1, -1))
print(utf8.char(228, 8364, 128512), utf8.len("äö€"), utf8.codepoint("€", 1))

heading("tables")
local numbers = {}
for i = 1, 200 do numbers[i] = (i * 7919) % 211 end
table.sort(numbers, function(a, b) return a > b end)
print(table.concat(numbers, " ", 1, 12), #numbers, table.unpack({ 1, 2, 3 }, 2))
print(table.concat(table.move({ 1, 2, 3, 4, 5 }, 2, 5, 1), ","), table.pack(nil, 2, nil).n)
local Point = setmetatable({}, { __call = function(class, x, y) return setmetatable({ x = x, y = y }, class) end })
Point.__index = Point
Point.__add = function(a, b) return Point(a.x + b.x, a.y + b.y) end
Point.__eq = function(a, b) return a.x == b.x and a.y == b.y end
Point.__lt = function(a, b) return a.x < b.x end
Point.__tostring = function(p) return ("(%g, %g)"):format(p.x, p.y) end
Point.__len = function() return 2 end
Point.__concat = function(a, b) return tostring(a) .. tostring(b) end
print(tostring(Point(1, 2) + Point(3, 4.5)), Point(1, 1) == Point(1, 1), Point(1, 2) < Point(2, 1), #Point(0, 0), Point(1, 2) .. "!")

heading("coroutines")
local function permutations(list, n)
  n = n or #list
  if n <= 1 then coroutine.yield(table.concat(list)) return end
  for i = 1, n do
    list[n], list[i] = list[i], list[n]
    permutations(list, n - 1)
    list[n], list[i] = list[i], list[n]
  end
end
for each in coroutine.wrap(function() permutations({ "a", "b", "c", "d" }) end) do io.write(each, " ") end
print()
local co = coroutine.create(function(a) local b = coroutine.yield(a + 1); error({ code = b }) end)
print(coroutine.resume(co, 1))
local ok, thrown = coroutine.resume(co, 42)
print(ok, thrown.code, coroutine.status(co), coroutine.isyieldable())

heading("errors")
print(pcall(error, "plain", 0), select(2, pcall(error, { 1, 2 }))[2], pcall(error))
print(select(2, xpcall(function() local t; return t.x end, function(m) return "handled: " .. m end)))
print(pcall(string.rep, "x", -1), pcall(setmetatable, 1, {}))
local depth = 0
local function deep() depth = depth + 1; if depth < 150 then local ok, e = pcall(deep); error(e, 0) end error("bottom", 0) end
print(pcall(deep))
print(load("return 1 +")) print(load("return ...", "chunk", "t")(5), type(load(function() return nil end)))
local caught = 0
for i = 1, 3000 do if not pcall(error, i) then caught = caught + 1 end end
print("caught", caught)
print(select("#", pcall(error)), (select(2, pcall(function() error() end))))

heading("numbers")
print(7 // 2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, 1 << 62, 5 // 0.0, -5 % math.huge, 3 | 8, ~0, 2^0.5 == math.sqrt(2))
print(math.maxinteger + 1 == math.mininteger, math.type(1), math.type(1.0), math.tointeger(3.0), 10 // 3 * 3 + 10 % 3, "10" + 5, 0x7fffffffffffffff)
print(math.ult(1, -1), math.fmod(-6, 4), math.floor(-3.5), math.ceil(-3.5), math.abs(math.mininteger), tostring(1e15), 1e100, tonumber("0x1p4"), tonumber("z", 36), tonumber("8", 8))
print(pcall(function() return 1 // 0 end))

heading("files")
local out = assert(io.open("out.txt", "w"))
print(io.type(out:write("one\n", 2, "\n", 3.5, "\n", ("x"):rep(5000), "\n")), io.type(out), out:seek("cur"))
out:close()
print(io.type(out), pcall(out.write, out, "x"))
for line in io.lines("out.txt") do io.write("[", line:sub(1, 8), "]") end
print()
local inp = assert(io.open("out.txt", "rb"))
print(inp:read("l", "n", "n", "L"), inp:seek("set", 2), inp:read(3), #inp:read("a"), inp:read("l"), inp:read("a"))
inp:close()
local words, lines = {}, 0
for line in io.lines("input") do
  lines = lines + 1
  for word in line:gmatch("%a+") do words[word] = (words[word] or 0) + 1 end
end
local order = {}
for word in pairs(words) do order[#order + 1] = word end
table.sort(order, function(a, b) if words[a] ~= words[b] then return words[a] > words[b] end return a < b end)
local report = assert(io.open("report.txt", "w"))
for i = 1, 40 do report:write(("%-12s %d\n"):format(order[i], words[order[i]])) end
report:close()
print(lines, #order, order[1], words[order[1]])
print(os.rename("out.txt", "kept.txt"), os.remove("kept.txt"), (select(2, os.remove("kept.txt"))), (select(2, io.open("none/none"))))
print(os.time({ year = 2020, month = 2, day = 29, hour = 12, isdst = false }) - os.time({ year = 2020, month = 2, day = 28, hour = 12, isdst = false }), os.date("!%Y-%m-%d %H:%M:%S %j %A", 86400 * 365))
print(type(os.clock()), type(os.time()), os.getenv("NO_SUCH_VARIABLE"))

heading("garbage")
local weak = setmetatable({}, { __mode = "v" })
for i = 1, 100 do weak[i] = {} end
collectgarbage()
print(#weak, next(weak), collectgarbage("count") > 0)
goto finish
print("never")
::finish::
print("end")
