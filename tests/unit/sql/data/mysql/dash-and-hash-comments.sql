--
--	tab; 'x
# hash; it's
SELECT 1;--
SELECT 5--3;
SELECT 6--(7), ';'; # tail; 'x
SELECT '#b';#
--end of file
