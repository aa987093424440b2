"""A day's work for an interpreter, on the file `input` in the directory named: what it prints and leaves there is the same wherever Python runs."""
import base64, collections, csv, datetime, decimal, difflib, functools, hashlib, heapq, itertools, json, math, os, pathlib, random, re, shutil, statistics, struct, sys, zlib

place = pathlib.Path(sys.argv[1])
text = (place / "input").read_text(encoding="utf-8")

# Sorting and counting.
words = collections.Counter(re.findall(r"[a-z']+", text.lower()))
print("words:", len(words), words.total(), sorted(words.items(), key=lambda pair: (-pair[1], pair[0]))[:12])
print("longest:", heapq.nlargest(8, words, key=lambda word: (len(word), word)))

# JSON and CSV, written and read back.
(place / "words.json").write_text(json.dumps(words, sort_keys=True, indent=1, ensure_ascii=False), encoding="utf-8")
assert collections.Counter(json.loads((place / "words.json").read_text(encoding="utf-8"))) == words
with open(place / "words.csv", "w", newline="", encoding="utf-8") as file:
    csv.writer(file).writerows(sorted(words.items()))
with open(place / "words.csv", newline="", encoding="utf-8") as file:
    assert {word: int(count) for word, count in csv.reader(file)} == words

# Hashes, checksums, encodings.
data = text.encode()
for name in "md5", "sha1", "sha256", "sha512", "blake2b", "sha3_256":
    print(name, hashlib.new(name, data).hexdigest())
print("crc32", zlib.crc32(data), "adler32", zlib.adler32(data), "base85", base64.b85encode(data)[-40:])

# Numbers: of any size, decimal, floating, random by seed.
print(math.factorial(200) % (2**127 - 1), pow(3, 10**6, 10**40 + 121))
decimal.getcontext().prec = 60
print(decimal.Decimal(2).sqrt(), functools.reduce(math.gcd, (2**60 * 3**9, 6**40)))
dice = random.Random(42)
rolls = [dice.gauss(0, 1) for _ in range(5000)]
print(statistics.fmean(rolls), statistics.stdev(rolls), dice.sample(range(1000), 6))
print(datetime.date(1970, 1, 1) + datetime.timedelta(days=20000), struct.pack("<if3s", -7, 1.5, b"abc").hex())

# Differences, permutations, recursion.
lines = text.splitlines()
changed = [line.swapcase() if i % 17 == 0 else line for i, line in enumerate(lines)]
print(hashlib.sha256("\n".join(difflib.unified_diff(lines, changed, lineterm="")).encode()).hexdigest())
print(sum(1 for p in itertools.permutations(range(8)) if all(abs(a - b) != j - i for (i, a), (j, b) in itertools.combinations(enumerate(p), 2))), "ways for eight queens")

# Files and directories.
tree = place / "tree" / "deeper"
tree.mkdir(parents=True)
for number in range(40):
    (tree / f"file-{number:02}").write_bytes(data[number : number * 97])
(tree / "file-07").rename(tree / "renamed")
(tree / "file-08").unlink()
os.truncate(tree / "file-09", 10)
with open(tree / "file-10", "r+b") as file:
    file.seek(100)
    file.write(b"here")
    file.seek(0, os.SEEK_END)
    print("file-10:", file.tell())
with open(tree / "file-11", "ab") as file:
    file.write(b"the end")
shutil.copyfile(tree / "renamed", place / "copied")
shutil.copytree(tree, place / "copies", copy_function=shutil.copyfile)
shutil.rmtree(place / "copies")
for folder, folders, files in sorted(os.walk(place)):
    print(os.path.relpath(folder, place), sorted(folders), [(name, os.path.getsize(os.path.join(folder, name))) for name in sorted(files)])
try:
    (place / "absent").read_bytes()
except FileNotFoundError as error:
    print("as it must:", error.strerror)
