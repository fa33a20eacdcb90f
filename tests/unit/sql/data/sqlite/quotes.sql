SELECT 'a\', 'b;\';
CREATE TABLE "a;""b;" (`c``;d` INT, [e;'f] INT, [g"] INT);
SELECT "a"."b;", X'3B27', x'3b27';
