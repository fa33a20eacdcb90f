SELECT delimiter FROM t;
SELECT 2;