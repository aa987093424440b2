-- A day's work for a database's shell, on a file that it makes.
.bail on
PRAGMA page_size = 1024;
CREATE TABLE number(n INTEGER PRIMARY KEY, square INTEGER NOT NULL, name TEXT UNIQUE, half REAL);
BEGIN;
WITH RECURSIVE each(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM each WHERE n < 3000)
  INSERT INTO number SELECT n, n * n, printf('%05d-%s', n, hex(n * 7919)), n / 2.0 FROM each;
COMMIT;
CREATE INDEX by_square ON number(square DESC);
CREATE TABLE change(at INTEGER PRIMARY KEY, what TEXT);
CREATE TRIGGER notes AFTER DELETE ON number BEGIN INSERT INTO change(what) VALUES ('gone: ' || old.name); END;
SELECT count(*), sum(square), min(name), max(name), avg(half), total(half) FROM number;
DELETE FROM number WHERE n % 7 = 0;
SELECT count(*), max(what) FROM change;
BEGIN; UPDATE number SET name = 'lost'||n; ROLLBACK;
SAVEPOINT a; DELETE FROM number; ROLLBACK TO a; RELEASE a;
SELECT a.n, b.n, a.name FROM number a JOIN number b ON b.square = a.square + 2 * a.n + 1 ORDER BY a.square DESC LIMIT 5;
WITH RECURSIVE fib(i, a, b) AS (SELECT 1, 0, 1 UNION ALL SELECT i + 1, b, a + b FROM fib WHERE i < 60) SELECT i, a FROM fib WHERE i % 20 = 0;
SELECT n, row_number() OVER w, sum(square) OVER (ORDER BY n ROWS 2 PRECEDING) FROM number WHERE n < 9 WINDOW w AS (ORDER BY n DESC) ORDER BY n;
SELECT json_group_array(json_object('n', n, 'half', half)) FROM (SELECT * FROM number WHERE n BETWEEN 10 AND 12);
SELECT name FROM number WHERE name GLOB '0001[2-4]*' UNION SELECT upper(hex(zeroblob(3))) ORDER BY 1;
SELECT strftime('%Y-%m-%d', 1e9, 'unixepoch'), julianday('2000-01-01'), quote(x'00ff'), round(2.5), typeof(1e0), instr('needle', 'dl');
CREATE TABLE large(b BLOB);
INSERT INTO large VALUES (zeroblob(200000)), (CAST(hex(zeroblob(50000)) AS BLOB));
SELECT length(b), hex(substr(b, -2)) FROM large;
VACUUM;
.mode csv
SELECT n, name, half FROM number WHERE n < 6;
.output exported.csv
SELECT * FROM number ORDER BY name;
.output
.mode list
.import --csv exported.csv copy
SELECT count(*), sum("1"), sum("1.0"), (SELECT count(*) FROM pragma_table_info('copy')) FROM copy;
PRAGMA integrity_check;
.tables
