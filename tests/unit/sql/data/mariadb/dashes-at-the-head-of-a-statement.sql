--drop it's
DELIMITER $$
SELECT 1$$
--done
$$
--x
SELECT 2$$