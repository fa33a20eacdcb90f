SELECT 'a\', 'b;\';
SELECT E'it\'s; ok', e'it\'s; \\', 'x';
CREATE TABLE "a;" ("c"";d" INT);
SELECT U&'d\0061t;a', u&'x;''y', N'a;b', B'101', X'1F';
CREATE TABLE U&"d\0061;ta" (id INT);
SELECT typee'x\';
