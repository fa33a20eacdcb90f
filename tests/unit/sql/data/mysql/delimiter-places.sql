SELECT 1; DELIMITER $$
SELECT 'a$$b'$$ DELIMITER ;
SELECT 3;
-- c
  delimiter    $$  
-- note
SELECT `$$`, "$$" /* $$ */$$
$$
SELECT 4;
$$ Delimiter ;  
SELECT 'DELIMITER x', `delimiter`, t.delimiter; -- DELIMITER //
SELECT 5;
DELIMITER ;