DELIMITER $$ -- note
SELECT 1$$
SELECT 2 $$ -- note
SELECT 3;